/** Style, script and icon: read and compressed once, cached by browsers until they change. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { type Context, Hono } from 'hono';
import type { WebEnv } from './context.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export type AssetName = 'page.js' | 'page.css' | 'charts.js' | 'charts.css' | 'icon.svg';

interface Asset {
  readonly type: string;
  /** By content encoding; `undefined` is the uncompressed file. */
  readonly bytes: ReadonlyMap<string | undefined, Uint8Array<ArrayBuffer>>;
  readonly path: string;
}

export interface Assets {
  /** The address of an asset, which changes with its content. */
  readonly path: (name: AssetName) => string;
  readonly routes: Hono<WebEnv>;
}

function load(folder: string, name: string): Asset {
  const plain = readFileSync(join(folder, name));
  const best = { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } };
  const forms: ReadonlyArray<[string | undefined, Buffer]> = [
    ['br', brotliCompressSync(plain, best)],
    ['gzip', gzipSync(plain, { level: 9 })],
    [undefined, plain],
  ];
  const digest = createHash('sha256').update(plain).digest('base64url').slice(0, 12);
  return {
    type: TYPES[name.slice(name.lastIndexOf('.'))] ?? 'application/octet-stream',
    bytes: new Map(forms.map(([encoding, bytes]) => [encoding, Uint8Array.from(bytes)])),
    path: `/assets/${digest}/${name}`,
  };
}

function serve(context: Context<WebEnv>, { type, bytes }: Asset): Response {
  const accepted = context.req.header('accept-encoding') ?? '';
  const encoding = ['br', 'gzip'].find((name) => new RegExp(`\\b${name}\\b(?!;q=0)`).test(accepted));
  context.header('content-type', type);
  context.header('vary', 'accept-encoding');
  context.header('cache-control', 'public, max-age=31536000, immutable');
  if (encoding !== undefined) context.header('content-encoding', encoding);
  return context.body(bytes.get(encoding) ?? '');
}

/** Reads the folder that `scripts/build/bundle-web.js` made. */
export function loadAssets(folder: string): Assets {
  const names = readdirSync(folder).filter((name) => Object.hasOwn(TYPES, name.slice(name.lastIndexOf('.'))));
  const assets = new Map(names.map((name) => [name, load(folder, name)]));
  const routes = new Hono<WebEnv>();
  for (const asset of assets.values()) routes.get(asset.path, (context) => serve(context, asset));
  return {
    path(name) {
      const asset = assets.get(name);
      if (asset === undefined) throw new Error(`${join(folder, name)} is missing: build the programs again.`);
      return asset.path;
    },
    routes,
  };
}
