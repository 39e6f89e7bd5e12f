// Bundles notify-runner and notify-scripts. Cron starts the runner every few minutes for every user, and mostly nothing
// is due. So a launcher for the shell, notify-runner, starts Node where something may be; the entry is one small CommonJS
// file, which Node starts 4 ms faster than an ES module, and everything that
// it loads with import() is bundled separately.
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';

const root = new URL('../..', import.meta.url).pathname;
const PARTS = 'runner';

/**
 * The files that the entries load late. Each is bundled alone: reading thirty chunks that it shares with the others would
 * cost a run 10 ms.
 */
const LATE = [
  'src/runner/cli/run-and-report.ts',
  'src/runner/cli/due/beat.ts',
  'src/runner/policy/schedule.ts',
  'src/runner/state/mail-memory.ts',
  'src/runner/state/next-run-cache-writer.ts',
  'src/runner/cli/program.ts',
  'src/runner/cli/scripts-program.ts',
];

/** Resolves each `import()` of an entry to the file of the same name in the folder of the parts. */
const lateParts = {
  name: 'late-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\.\.?\// }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: `./${PARTS}/${basename(path, '.ts')}.js`, external: true } : undefined,
    );
  },
};

/** @param options esbuild's options, the same as for the other programs */
export async function bundleRunner(outdir, options) {
  const common = { ...options, absWorkingDir: root, bundle: true, entryNames: '[name]' };
  await build({
    ...common,
    entryPoints: { 'notify-runner': 'src/runner/main.ts', 'notify-scripts': 'src/runner/scripts-main.ts' },
    outdir,
    splitting: false,
    banner: {},
    format: 'cjs',
    outExtension: { '.js': '.cjs' },
    plugins: [...(options.plugins ?? []), lateParts],
  });
  for (const entryPoint of LATE) {
    await build({
      ...common,
      entryPoints: [entryPoint],
      outdir: `${outdir}/${PARTS}`,
      splitting: true,
      format: 'esm',
      // Bundled CommonJS packages use it; an ES module doesn't have it.
      define: { ...common.define, __filename: 'import.meta.filename' },
      chunkNames: 'chunks/[name]-[hash]',
    });
  }
  const launcher = await readFile(`${root}src/runner/launcher.sh`, 'utf8');
  await writeFile(
    `${outdir}/notify-runner`,
    launcher.replace('NOTIFY_VERSION', JSON.parse(options.define.NOTIFY_VERSION)),
  );
  await chmod(`${outdir}/notify-runner`, 0o755);
  for (const name of ['notify-runner', 'notify-scripts']) await chmod(`${outdir}/${name}.cjs`, 0o755);
}
