/** Reads a payload within bounds, also when it is compressed. */
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { errnoOf, Problem } from '../../core/problem.ts';
import { beyondBounds, countJsonValues } from '../../shared/json/json-size.ts';
import type { WebContext } from '../context.ts';

const unzip = promisify(gunzip);

/** Bytes of a payload, also after decompression: Prometheus posts at most 256 alerts at once, of about 1 KiB each. */
export const MAX_BYTES = 1024 * 1024;
/** JSON values in it: 1,000 alerts with 30 labels and annotations, and twice that. */
const MAX_VALUES = 100_000;
/** Levels of nesting; the payloads of all sources have fewer than ten. What is deeper can't be made JSON again. */
const MAX_LEVELS = 50;

const tooLarge = () => new Problem('too_large', `The body is larger than ${MAX_BYTES / 1024 / 1024} MiB.`);

/** The body as it was sent. @throws Problem `too_large`; `connection_lost` if the client left */
export async function readBody({ req }: WebContext): Promise<Buffer> {
  if (Number(req.header('content-length') ?? 0) > MAX_BYTES) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const piece of req.raw.body ?? []) {
      bytes += piece.length;
      if (bytes > MAX_BYTES) throw tooLarge();
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    throw new Problem('connection_lost', 'The client left before the body was complete.', { cause: error });
  }
  return Buffer.concat(pieces, bytes);
}

/** @throws Problem `too_large`, `wrong_type`, `bad_json` */
async function decompressed(body: Buffer, encoding: string): Promise<Buffer> {
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip') throw new Problem('wrong_type', 'content-encoding: only gzip is accepted.');
  try {
    return await unzip(body, { maxOutputLength: MAX_BYTES });
  } catch (error) {
    if (errnoOf(error) === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new Problem('bad_json', 'The body says that it is gzip and is not.', { cause: error });
  }
}

/** @throws Problem `bad_json` */
function parse(text: string, contentType: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const isForm = /^(multipart|application\/x-www-form-urlencoded)/i.test(contentType);
    const hint = isForm ? ' Choose the content type application/json in the program that sends it.' : '';
    throw new Problem('bad_json', `The body is not JSON.${hint}`, { cause: error });
  }
}

/**
 * The JSON in a body, whatever its content type: curl and Healthchecks name another, or none.
 *
 * @throws Problem `too_large`, `wrong_type`, `bad_json`
 */
export async function jsonIn({ req }: WebContext, body: Buffer): Promise<unknown> {
  const json = await decompressed(body, req.header('content-encoding')?.toLowerCase() ?? 'identity');
  if (countJsonValues(json) > MAX_VALUES)
    throw new Problem('too_large', `The body has more than ${MAX_VALUES} values.`);
  const parsed = parse(json.toString('utf8'), req.header('content-type') ?? '');
  if (typeof parsed !== 'object' || parsed === null) return parsed;
  const bounds = { levels: MAX_LEVELS, values: MAX_VALUES, bytes: Number.POSITIVE_INFINITY };
  const beyond = beyondBounds(parsed, bounds);
  if (beyond === undefined) return parsed;
  throw new Problem('too_large', `The body: expected ${beyond}.`);
}
