/** The programs as they are shipped, bundled once for each test file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { afterAll } from 'vitest';
import { bundleRunner } from '../../../scripts/build/bundle-runner.js';

const root = new URL('../../..', import.meta.url).pathname;

/** The folder with `notify-runner`, the launcher, `notify-runner.cjs` and `notify-scripts.cjs`. */
export const bundled = mkdtempSync(join(tmpdir(), 'notify-runner-bundle-'));
afterAll(() => rmSync(bundled, { recursive: true, force: true }));

const leanUndici: Plugin = {
  name: 'lean-undici',
  setup({ onResolve }) {
    onResolve({ filter: /^undici$/ }, () => ({ path: `${root}scripts/build/lean-undici.js` }));
  },
};

/** esbuild's, for every program. */
export const options: BuildOptions = {
  platform: 'node',
  target: 'node20.19',
  define: { NOTIFY_VERSION: '"1.2.3"' },
  external: ['koffi', '@resvg/resvg-js'],
  plugins: [leanUndici],
  banner: {
    js: "import { createRequire as notifyCreateRequire } from 'node:module';const require = notifyCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

await bundleRunner(bundled, options);
