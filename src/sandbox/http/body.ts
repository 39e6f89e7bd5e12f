/** Reads a Bot API request: query, JSON, form or multipart, in the same form for all methods. */
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { Busboy } from '@fastify/busboy';
import { ApiError, badRequest } from './api-error.ts';
import { type ApiRequest, isObject, type UploadedFile } from './fields.ts';

/** The largest upload, bytes. https://core.telegram.org/bots/api#sending-files */
const FILE_LIMIT = 50 * 1024 * 1024;
/** Size of a form's other fields, bytes. */
const FORM_OVERHEAD = 1024 * 1024;

const tooLarge = () => new ApiError(413, 'Request Entity Too Large');

/**
 * Reads a complete body, up to `limit` bytes. A longer one is read to its end and discarded, so that the client
 * receives the refusal; beyond four times the limit the connection is closed.
 *
 * @throws ApiError 413 for a longer body
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks.length = 0;
      if (size > 4 * limit) request.destroy();
    });
    request.on('end', () => (size > limit ? reject(tooLarge()) : resolve(Buffer.concat(chunks))));
    request.on('error', reject);
    request.on('close', () => reject(tooLarge()));
  });
}

interface Parameters {
  readonly fields: Map<string, unknown>;
  readonly files: Map<string, UploadedFile>;
}

function readJson(body: Buffer, into: Parameters): void {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw badRequest("can't parse JSON object");
  }
  if (!isObject(value)) throw badRequest('object expected');
  for (const [name, field] of Object.entries(value)) into.fields.set(name, field);
}

function readForm(text: string, into: Parameters): void {
  for (const [name, value] of new URLSearchParams(text)) into.fields.set(name, value);
}

/** The server keeps an upload in a file of its name, and under the name `file` where no file system takes that. */
const storable = (name: string) => (Buffer.byteLength(name) > 255 ? 'file' : name);

function readMultipart(contentType: string, body: Buffer, into: Parameters): Promise<void> {
  return new Promise((resolve, reject) => {
    const bad = () => reject(badRequest('the multipart body cannot be parsed'));
    let parser: InstanceType<typeof Busboy>;
    try {
      parser = new Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: FORM_OVERHEAD } });
    } catch {
      bad();
      return;
    }
    parser.on('field', (name, value) => into.fields.set(name, value));
    parser.on('file', (name, stream, filename, _encoding, type) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () =>
        into.files.set(name, { name: storable(filename ?? name), type, data: Buffer.concat(chunks) }),
      );
    });
    parser.on('finish', resolve);
    parser.on('error', bad);
    parser.end(body);
  });
}

/**
 * Reads all parameters of a call; the body's take precedence over the query's.
 *
 * @throws ApiError 400 for an invalid body, 413 for one that is too large
 */
export async function readRequest(message: IncomingMessage, query: string, signal: AbortSignal): Promise<ApiRequest> {
  const into: Parameters = { fields: new Map(), files: new Map() };
  if (query !== '') readForm(query, into);
  const body = message.method === 'POST' ? await readBody(message, FILE_LIMIT + FORM_OVERHEAD) : Buffer.alloc(0);
  const contentType = message.headers['content-type'] ?? '';
  if (body.length > 0) {
    if (/^multipart\/form-data/i.test(contentType)) await readMultipart(contentType, body, into);
    else if (!isUtf8(body)) throw badRequest('strings must be encoded in UTF-8');
    else if (/^application\/json/i.test(contentType)) readJson(body, into);
    else if (/^application\/x-www-form-urlencoded/i.test(contentType)) readForm(body.toString('utf8'), into);
  }
  for (const file of into.files.values()) if (file.data.length > FILE_LIMIT) throw tooLarge();
  return { ...into, signal };
}
