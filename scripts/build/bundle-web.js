// Bundles notify-web: the program, and beside it web/, the files that it serves to browsers.
import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('../..', import.meta.url).pathname;
const BROWSER = `${root}src/web/browser`;
/** Browsers of the last three years. */
const TARGET = ['chrome111', 'firefox115', 'safari16.4'];

/** Builds web/ alone; tests need nothing else. */
export async function bundleBrowser(outdir) {
  await build({
    absWorkingDir: root,
    entryPoints: ['page.ts', 'page.css', 'charts.ts', 'charts.css'].map((name) => `${BROWSER}/${name}`),
    outdir,
    bundle: true,
    minify: true,
    platform: 'browser',
    format: 'esm',
    target: TARGET,
    legalComments: 'none',
    logLevel: 'warning',
  });
  await copyFile(`${BROWSER}/icon.svg`, `${outdir}/icon.svg`);
}

/** @param options esbuild's options, the same as for the other programs */
export async function bundleWeb(outdir, options) {
  await build({ ...options, entryPoints: { 'notify-web': 'src/web/main.ts' }, outdir });
  await chmod(`${outdir}/notify-web.js`, 0o755);
  await mkdir(`${outdir}/web`, { recursive: true });
  await bundleBrowser(`${outdir}/web`);
}
