// Bundles each program into dist/, so that a start reads one file instead of a tree of modules.
import { chmod, readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const root = new URL('..', import.meta.url).pathname;

await rm(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { 'notify-bot': 'src/bot/main.ts' },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  sourcemap: 'linked',
  legalComments: 'none',
  define: { NOTIFY_VERSION: JSON.stringify(version) },
  // Packages with machine code of their own stay outside.
  external: ['koffi', '@resvg/resvg-js'],
  // grammY brings an HTTP client of its own that this project never uses; Node has what it stands in for.
  alias: { 'node-fetch': './scripts/native-fetch.js', 'abort-controller': './scripts/native-abort-controller.js' },
  // CommonJS packages in an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as notifyCreateRequire } from 'node:module';const require = notifyCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
});
await chmod(`${root}dist/notify-bot.js`, 0o755);
