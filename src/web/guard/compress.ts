import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { MiddlewareHandler } from 'hono';
import type { WebEnv } from '../context.ts';

const brotli = promisify(brotliCompress);
const zip = promisify(gzip);
/** Smaller bodies fit into one packet anyway. */
const LEAST_BYTES = 1000;
/** The brotli quality that takes about a millisecond and still beats gzip's best. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } };
const TEXT = /^(text\/html|application\/json)/;

/** Compresses pages and JSON. Streams and pictures are not changed. */
export const compress: MiddlewareHandler<WebEnv> = async (context, next) => {
  await next();
  const { res } = context;
  if (!TEXT.test(res.headers.get('content-type') ?? '') || context.req.method === 'HEAD') return;
  const accepted = context.req.header('accept-encoding') ?? '';
  const encoding = ['br', 'gzip'].find((name) => new RegExp(`\\b${name}\\b(?!;q=0(\\.0*)?\\b)`).test(accepted));
  const body = Buffer.from(await res.arrayBuffer());
  const smaller = encoding !== undefined && body.length >= LEAST_BYTES;
  const bytes = !smaller ? body : encoding === 'br' ? await brotli(body, BROTLI) : await zip(body);
  const headers = new Headers(res.headers);
  headers.set('vary', 'accept-encoding');
  headers.delete('content-length');
  if (smaller) headers.set('content-encoding', encoding);
  context.res = undefined;
  context.res = new Response(bytes, { status: res.status, headers });
};
