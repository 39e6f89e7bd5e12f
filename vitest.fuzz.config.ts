// The long run of the fuzz suite: `npm run fuzz -- --minutes 480`, or `--cases 100000`, or both.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';
import { FigureTables } from './test/support/figures.ts';

// One for all files, so that their tables are one.
const seed = Math.ceil(Math.random() * 2 ** 31);

export default defineConfig({
  test: {
    include: ['test/fuzz/**/*.test.ts'],
    env: { FUZZ_SEED: process.env.FUZZ_SEED ?? String(seed) },
    // One target after the other, so that what is measured is the service and not its neighbours.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new ClosingLine(), new FigureTables()],
  },
});
