// Bundles notify-actor. A person who pressed a button waits for its start, so it is one small CommonJS file, which Node
// starts faster than an ES module. So is the runner that it starts: the divided one that cron starts would reach the
// script 30 ms later.
import { chmod } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('../..', import.meta.url).pathname;

/** The runner in one file; the actor expects it in its own folder. */
const RUNNER = { 'notify-actor-runner': 'src/runner/main.ts' };

/**
 * @param options esbuild's options, the same as for the other programs
 * @param actor the actor's name and entry file; tests use their own entry
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
    // The argument of createRequire; a CommonJS file has no import.meta.url.
    define: { ...options.define, 'import.meta.url': '__filename' },
    outExtension: { '.js': '.cjs' },
    // A large package that only commands use which the actor never calls.
    external: [...(options.external ?? []), 'execa'],
  });
  for (const name of Object.keys(entryPoints)) await chmod(`${outdir}/${name}.cjs`, 0o755);
}
