import type { BuildOptions } from 'esbuild';

export declare function bundleActor(
  outdir: string,
  options: BuildOptions,
  entryPoints?: Readonly<Record<string, string>>,
): Promise<void>;
