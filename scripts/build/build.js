// Bundles each program into dist/, so that a start reads one file instead of a tree of modules.
// Arguments: `--bench` adds the benchmark programs; `--into=FOLDER` writes to that folder instead of dist/;
// `--only=NAME,…` builds these programs alone.
import { chmod, readFile, rm } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build } from 'esbuild';
import { bundleActor } from './bundle-actor.js';
import { bundleRunner } from './bundle-runner.js';
import { bundleWeb } from './bundle-web.js';

const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
const root = new URL('../..', import.meta.url).pathname;
const optionOf = (name) => process.argv.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
const elsewhere = optionOf('into');
const outdir = resolve(elsewhere ?? `${root}dist`);

/**
 * Replaces undici by the part of it that the programs need. Imports of undici's own files stay as they are; so does a
 * dynamic import, which loads the whole package where it is rarely needed.
 */
const leanUndici = {
  name: 'lean-undici',
  setup(bundler) {
    bundler.onResolve({ filter: /^undici$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? undefined : { path: `${root}scripts/build/lean-undici.js` },
    );
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
  // Packages with machine code can't be bundled.
  external: ['koffi', '@resvg/resvg-js'],
  plugins: [leanUndici],
  // grammY depends on an HTTP client that this project never uses; Node's own classes satisfy its imports.
  alias: {
    'node-fetch': './scripts/build/native-fetch.js',
    'abort-controller': './scripts/build/native-abort-controller.js',
  },
  // Bundled CommonJS packages call `require`, which an ES module doesn't have.
  banner: {
    js: "import { createRequire as notifyCreateRequire } from 'node:module';const require = notifyCreateRequire(import.meta.url);",
  },
  logLevel: 'warning',
};

const programs = { 'notify-bot': 'src/bot/main.ts' };
/** Built only for `npm run bench`. */
const benches = {
  bench: 'bench/run.ts',
  'bench-sandbox': 'bench/sandbox-main.ts',
  'bench-bot': 'bench/bot-main.ts',
  'bench-attacker': 'bench/attacks/attacker.ts',
  'bench-victim': 'bench/attacks/victim.ts',
};

const chosen = optionOf('only')?.split(',');
const all = process.argv.includes('--bench') || chosen !== undefined ? { ...programs, ...benches } : programs;
const wanted = Object.fromEntries(Object.entries(all).filter(([name]) => chosen?.includes(name) ?? true));
// The caller clears a folder named with `--into`.
if (elsewhere === undefined) await rm(outdir, { recursive: true, force: true });
if (Object.keys(wanted).length > 0) await build({ ...common, entryPoints: wanted });
for (const program of Object.keys(wanted)) await chmod(`${outdir}/${program}.js`, 0o755);
if (chosen?.includes('notify-runner') ?? true) await bundleRunner(outdir, common);
if (chosen?.includes('notify-actor') ?? true) await bundleActor(outdir, common);
if (chosen?.includes('notify-web') ?? true) await bundleWeb(outdir, common);
