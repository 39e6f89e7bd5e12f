import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/support/closing-line.ts';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // It has a run of its own: vitest.system.config.ts.
    exclude: [...configDefaults.exclude, 'test/system/**'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClosingLine()],
  },
});
