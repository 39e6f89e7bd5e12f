import type { BuildOptions } from 'esbuild';

export declare function bundleRunner(outdir: string, options: BuildOptions): Promise<void>;
