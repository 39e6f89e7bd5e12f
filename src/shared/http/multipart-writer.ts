/** Writes a multipart form in pieces, so that no file is held in memory. */
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';

/** A file sent as a part of a form. */
export interface FormFile {
  readonly part: 'photo' | 'document';
  readonly path: string;
  /** The name that the reader sees. */
  readonly name: string;
}

/**
 * Escapes names as browsers do:
 * https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data
 */
const quoted = (name: string) =>
  `"${name.replace(/["\r\n]/g, (char) => ({ '"': '%22', '\r': '%0D', '\n': '%0A' })[char] ?? '')}"`;

async function* write(
  boundary: string,
  fields: Readonly<Record<string, unknown>>,
  files: readonly FormFile[],
): AsyncGenerator<Uint8Array | string> {
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    yield `--${boundary}\r\ncontent-disposition: form-data; name=${quoted(name)}\r\n\r\n${text}\r\n`;
  }
  for (const { part, path, name } of files) {
    yield `--${boundary}\r\ncontent-disposition: form-data; name="${part}"; filename=${quoted(name)}\r\n`;
    yield 'content-type: application/octet-stream\r\n\r\n';
    try {
      yield* createReadStream(path);
    } catch (error) {
      throw new Problem('no_file', `${path}: can't be read (${errnoOf(error) ?? sentenceOf(error)}).`, {
        cause: error,
      });
    }
    yield '\r\n';
  }
  yield `--${boundary}--\r\n`;
}

/**
 * @param fields values other than strings are written as JSON text; `undefined` is left out
 * @returns the body and its content type; reading the body throws Problem `no_file` if a file can't be read
 */
export function createForm(
  fields: Readonly<Record<string, unknown>>,
  files: readonly FormFile[],
): { readonly type: string; readonly content: AsyncIterable<Uint8Array | string> } {
  const boundary = `notify-${randomUUID()}`;
  return { type: `multipart/form-data; boundary=${boundary}`, content: write(boundary, fields, files) };
}
