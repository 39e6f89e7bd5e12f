// The long run: the crash suite alone, with a thousand kills. `CRASH_SEED` repeats the choices of an earlier one.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/crash/**/*.test.ts'],
    env: { CRASH_KILLS: process.env.CRASH_KILLS ?? '1000' },
    maxWorkers: 2,
    hookTimeout: 60_000,
    reporters: ['verbose', new ClosingLine()],
  },
});
