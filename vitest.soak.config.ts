// The long run of the soak test: `npm run soak`, half an hour, or `npm run soak -- --seconds 60` to try it.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';
import { FigureTables } from './test/support/figures.ts';

export default defineConfig({
  test: {
    include: ['test/soak/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new ClosingLine(), new FigureTables()],
  },
});
