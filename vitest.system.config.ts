// The system test alone: one step after the other on a server of its own. What follows a failed step has no ground.
import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/system/**/*.test.ts'],
    fileParallelism: false,
    bail: 1,
    testTimeout: 120_000,
    // The first run ever makes a Debian.
    hookTimeout: 20 * 60_000,
    reporters: ['verbose', new ClosingLine()],
  },
});
