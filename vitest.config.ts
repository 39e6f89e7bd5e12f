import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // They have runs of their own: vitest.system.config.ts, vitest.peers.config.ts.
    exclude: [...configDefaults.exclude, 'test/system/**', 'test/peers/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClosingLine()],
  },
});
