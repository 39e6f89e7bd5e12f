// Bundles notify-actor. Somebody who pressed a button waits for it, so it is one small CommonJS file, as the runner is.
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;

/**
 * @param options esbuild's, as for the other programs
 * @param entryPoints names and sources; tests bundle the actor with an entry of their own
 */
export async function bundleActor(outdir, options, entryPoints = { 'notify-actor': 'src/actor/main.ts' }) {
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
