// Bundles notify-actor. Somebody who pressed a button waits for it, so it is one small CommonJS file. The runner that
// it starts is one too: in parts, as cron has it, its way to a script would take 30 ms longer.
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;

/** The runner in one file; the actor looks for it beside itself. */
const RUNNER = { 'notify-actor-runner': 'src/runner/main.ts' };

/**
 * @param options esbuild's, as for the other programs
 * @param actor the actor's name and source; tests bundle it with an entry of their own
 */
export async function bundleActor(outdir, options, actor = { 'notify-actor': 'src/actor/main.ts' }) {
  const entryPoints = { ...actor, ...RUNNER };
  await build({
    ...options,
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    splitting: false,
    banner: {},
    format: 'cjs',
    // What createRequire is told; a CommonJS file has no address.
    define: { ...options.define, 'import.meta.url': '__filename' },
    outExtension: { '.js': '.cjs' },
  });
  for (const name of Object.keys(entryPoints)) await chmod(`${outdir}/${name}.cjs`, 0o755);
}
