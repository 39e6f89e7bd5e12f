// The long run: the crash suite alone, with a thousand kills. `CRASH_SEED` repeats the choices of an earlier one.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';
import { FigureTables } from './test/support/figures.ts';

// One for all files, so that their tables are one.
const seed = Math.ceil(Math.random() * 2 ** 31);

export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    env: { CRASH_KILLS: process.env.CRASH_KILLS ?? '1000', CRASH_SEED: process.env.CRASH_SEED ?? String(seed) },
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new ClosingLine(), new FigureTables()],
  },
});
