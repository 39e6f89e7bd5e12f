import type { BuildOptions } from 'esbuild';

export declare function bundleBrowser(outdir: string): Promise<void>;
export declare function bundleWeb(outdir: string, options: BuildOptions): Promise<void>;
