/**
 * Reads a multipart/form-data body: plain fields, and files that are stored while they arrive. Bytes, fields and time
 * are limited; after a failure no file is left.
 */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy';
import { Problem } from '../../../core/problem.ts';
import { MAX_FILE_BYTES, MAX_JSON_BYTES, MAX_MULTIPART_BYTES, MAX_PHOTOS } from '../../../shared/api/limits.ts';
import type { Blobs } from '../../../storage/ports.ts';
import { cleanFileName } from '../files/file-name.ts';
import { type Staged, stage } from '../files/staging.ts';
import { type Exchange, watchBody } from '../http/exchange.ts';
import * as limits from '../limits.ts';

export interface Upload extends Staged {
  /** The sender's name for the file, cleaned. */
  readonly name: string;
}

export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  /** In the order sent. */
  readonly files: readonly Upload[];
}

/** The files that an endpoint takes. */
export interface FormOptions {
  /** The name of its file parts. */
  readonly part: string;
  readonly maxFiles: number;
  /** The name of a file that the sender gives none. */
  readonly fallbackName: string;
  /** Where the files are stored. */
  readonly blobs: Pick<Blobs, 'write' | 'discard'>;
}

const bad = (sentence: string) => new Problem('bad_request', sentence);
const field = (name: string, sentence: string) => new Problem('bad_field', `${name.slice(0, 64)}: ${sentence}`);
const tooLarge = () => new Problem('too_large', 'The body is larger than 60 MB.');

/**
 * More than the 64 KiB that arrive in one chunk. With a smaller buffer, a skipped part that fills it at once never emits
 * its end, and the client waits until the deadline.
 */
const PART_BUFFER_BYTES = 256 * 1024;

function createParser(request: IncomingMessage): BusboyInstance {
  const headers = request.headers as BusboyHeaders;
  try {
    return new Busboy({
      headers,
      fileHwm: PART_BUFFER_BYTES,
      limits: {
        fieldSize: MAX_JSON_BYTES,
        fields: limits.MAX_FORM_FIELDS,
        parts: limits.MAX_FORM_FIELDS + MAX_PHOTOS + 1,
        headerPairs: 20,
        headerSize: limits.MAX_HEAD_BYTES,
      },
    });
  } catch {
    throw bad('content-type: multipart/form-data needs a boundary.');
  }
}

interface Collector {
  readonly fields: Map<string, string>;
  readonly uploads: Promise<Upload>[];
  /** Ends every file that still arrives. */
  abandon(reason: unknown): void;
}

/** Collects the parser's parts as fields and staged files, and calls `fail` with the first error. */
function collect(parser: BusboyInstance, options: FormOptions, fail: (reason: unknown) => void): Collector {
  const fields = new Map<string, string>();
  const uploads: Promise<Upload>[] = [];
  const streams: Readable[] = [];
  let fieldBytes = 0;
  let abandoned = false;
  const { part, maxFiles, blobs, fallbackName } = options;

  parser.on('file', (name: string | undefined, stream, filename: string | undefined) => {
    // The parser also emits its own errors here; unhandled, they would end the process.
    stream.on('error', () => {});
    if (abandoned) {
      stream.destroy();
      return;
    }
    streams.push(stream);
    if (name !== part) fail(field(name ?? 'file', `no file is expected here; call the part "${part}".`));
    else if (uploads.length >= maxFiles) fail(field(part, `at most ${maxFiles} ${maxFiles === 1 ? 'file' : 'files'}.`));
    else {
      const over = `${part}: larger than 50 MB.`;
      const staged = stage(stream, { blobs, limit: MAX_FILE_BYTES, over, field: part });
      const upload = staged.then((file) => ({ ...file, name: cleanFileName(filename, fallbackName) }));
      upload.catch(fail);
      uploads.push(upload);
    }
  });
  parser.on('field', (name: string | undefined, value, _nameTruncated, valueTruncated) => {
    if (name === undefined) return;
    fieldBytes += Buffer.byteLength(value);
    if (valueTruncated || fieldBytes > MAX_JSON_BYTES) {
      fail(new Problem('too_large', 'The form without its files is larger than 1 MiB.'));
      return;
    }
    if (name === part) fail(field(part, 'expected a file (a part with a file name), found a plain field.'));
    else if (name === 'to') fields.set(name, [fields.get(name) ?? [], value].flat().join(','));
    else if (fields.has(name)) fail(field(name, 'given twice.'));
    else fields.set(name, value);
  });
  const tooMany = () => fail(bad(`The form has more than ${limits.MAX_FORM_FIELDS} fields.`));
  parser.on('fieldsLimit', tooMany).on('partsLimit', tooMany);
  parser.on('error', () => fail(bad('The multipart body is broken or ends too early.')));
  return {
    fields,
    uploads,
    abandon: (reason) => {
      abandoned = true;
      const error = reason instanceof Error ? reason : new Error(String(reason));
      for (const stream of streams) stream.destroy(error);
    },
  };
}

/** Feeds the request to the parser until its end, or until `fail` was called. */
function run(exchange: Exchange, options: FormOptions): { collector: Collector; ended: Promise<void> } {
  const { request } = exchange;
  const parser = createParser(request);
  let settle: (reason?: unknown) => void = () => {};
  const ended = new Promise<void>((resolve, reject) => {
    let size = 0;
    const count = (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_MULTIPART_BYTES) settle(tooLarge());
    };
    const stop = watchBody(exchange, limits.UPLOAD_DEADLINE_MS, (reason) => settle(reason));
    settle = (reason) => {
      stop();
      request.off('data', count).unpipe(parser);
      if (reason === undefined) resolve();
      else reject(reason);
    };
    parser.on('finish', () => settle());
    request.on('data', count);
  });
  const collector = collect(parser, options, (reason) => settle(reason));
  request.pipe(parser);
  return { collector, ended };
}

/** The bytes that a form may bring, by its head. @throws Problem `too_large` */
export function announcedBytes({ headers }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? MAX_MULTIPART_BYTES);
  if (length > MAX_MULTIPART_BYTES) throw tooLarge();
  return length;
}

/**
 * Reads a request's multipart body.
 *
 * @throws Problem `bad_request`, `bad_field`, `too_large`, `too_slow`, `storage`; TooManyRequests; ClientGone
 */
export async function readForm(exchange: Exchange, options: FormOptions): Promise<Form> {
  exchange.hold(MAX_JSON_BYTES);
  const { collector, ended } = run(exchange, options);
  try {
    await ended;
    return { fields: collector.fields, files: await Promise.all(collector.uploads) };
  } catch (reason) {
    collector.abandon(reason);
    const settled = await Promise.allSettled(collector.uploads);
    await options.blobs.discard(
      settled.flatMap((upload) => (upload.status === 'fulfilled' ? [upload.value.blob] : [])),
    );
    throw reason;
  }
}
