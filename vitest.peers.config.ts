// The main trips before other people's pretend Telegram, which is installed outside of node_modules when it is needed.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/peers/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 60_000,
    reporters: ['verbose', new ClosingLine()],
  },
});
