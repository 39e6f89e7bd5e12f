// Bundles each program into dist/, so that a start reads one file instead of a tree of modules.
// Arguments: `--bench` adds what the benchmarks start; `--into=FOLDER` puts it elsewhere; `--only=NAME,…` builds these.
import { chmod, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleActor } from './bundle-actor.js';
import { bundleRunner } from './bundle-runner.js';
import { bundleWeb } from './bundle-web.js';

const { version } = JSON.parse(await readFile(new URL('../package.json', import.meta.url), 'utf8'));
const root = new URL('..', import.meta.url).pathname;
const optionOf = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const elsewhere = optionOf('into');
const outdir = resolve(elsewhere ?? `${root}dist`);

/** Puts the needed part of undici in the place of the whole; its own files are found as ever. */
const leanUndici = {
  name: 'lean-undici',
  setup(bundler) {
    bundler.onResolve({ filter: /^undici$/ }, () => ({ path: `${root}scripts/lean-undici.js` }));
  },
};

/** What every bundle has in common. */
const common = {
  absWorkingDir: root,
  outdir,
  bundle: true,
  splitting: true,
  chunkNames: 'chunks/[name]-[hash]',
  platform: 'node',
  target: 'node20.19',
  format: 'esm',
  // Less to read at each start; names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  sourcemap: 'linked',
  legalComments: 'none',
  define: { NOTIFY_VERSION: JSON.stringify(version) },
  // Packages with machine code of their own stay outside.
  external: ['koffi', '@resvg/resvg-js'],
  plugins: [leanUndici],
  // grammY brings an HTTP client of its own that this project never uses; Node has what it stands in for.
  alias: { 'node-fetch': './scripts/native-fetch.js', 'abort-controller': './scripts/native-abort-controller.js' },
  // CommonJS packages in an ES module still ask for `require`.
  banner: {
    js: "import { createRequire as notifyCreateRequire } from 'node:module';const require = notifyCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

const programs = { 'notify-bot': 'src/bot/main.ts' };
/** Built only for `npm run bench`. */
const benches = { bench: 'bench/run.ts', 'bench-sandbox': 'bench/sandbox-main.ts', 'bench-bot': 'bench/bot-main.ts' };

const chosen = optionOf('only')?.split(',');
const all = process.argv.includes('--bench') || chosen !== undefined ? { ...programs, ...benches } : programs;
const wanted = Object.fromEntries(Object.entries(all).filter(([name]) => chosen?.includes(name) ?? true));
// A folder of somebody else's choice is theirs to clear.
if (elsewhere === undefined) await rm(outdir, { recursive: true, force: true });
if (Object.keys(wanted).length > 0) await build({ ...common, entryPoints: wanted });
for (const program of Object.keys(wanted)) await chmod(`${outdir}/${program}.js`, 0o755);
if (chosen?.includes('notify-runner') ?? true) await bundleRunner(outdir, common);
if (chosen?.includes('notify-actor') ?? true) await bundleActor(outdir, common);
if (chosen?.includes('notify-web') ?? true) await bundleWeb(outdir, common);
