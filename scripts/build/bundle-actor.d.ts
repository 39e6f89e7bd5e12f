import type { BuildOptions } from 'esbuild';

export declare function bundleActor(
  outdir: string,
  options: BuildOptions,
  actor?: Readonly<Record<string, string>>,
): Promise<void>;
