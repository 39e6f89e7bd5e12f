/** The files of a part on their way to Telegram, and the time that a call has for them. */
import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { InputFile } from 'grammy';
import type { SendTarget } from '../../../queue/ports.ts';
import { callWithin, type Signal } from '../call.ts';
import { DamagedFileError, MissingFileError } from '../classify.ts';

/** Where a part goes. `callMs` is how long a call without a file may take, ms. */
export type Target = SendTarget & { readonly callMs: number };

/** The slowest upload that is not ended, in bytes a millisecond (50 kB/s). */
const SLOWEST_UPLOAD = 50;

/** Makes a call with the time that its bytes need. */
export function limited<T>(target: Target, bytes: number, work: (signal: Signal) => Promise<T>): Promise<T> {
  return callWithin(target.signal, target.callMs + bytes / SLOWEST_UPLOAD, work);
}

/** Quotes a file's name for the multipart header as RFC 7578 requires; grammY writes it there as it is. */
export function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "'").replace(/\p{Cc}/gu, ' ')}"`;
}

/** A delivery's file, opened for the upload. */
interface Upload {
  readonly file: InputFile;
  readonly size: number;
  readonly stream: Readable;
}

/** Opens a file. @throws MissingFileError, DamagedFileError, before half a file is sent for a whole one */
async function openUpload(target: Target, place: number): Promise<Upload> {
  const found = target.files[place];
  const opened = await found?.open();
  if (found === undefined || opened === undefined) throw new MissingFileError();
  const { size, stream } = opened;
  if (size !== found.size) {
    stream.destroy();
    throw new DamagedFileError();
  }
  return { file: new InputFile(stream, quoted(found.name)), size, stream };
}

/** Opens files, does work with them, and closes them, also when the work fails. */
export async function withUploads<T>(
  target: Target,
  places: readonly number[],
  work: (uploads: readonly Upload[]) => Promise<T>,
): Promise<T> {
  const uploads: Upload[] = [];
  try {
    for (const place of places) uploads.push(await openUpload(target, place));
    return await work(uploads);
  } finally {
    for (const { stream } of uploads) stream.destroy();
  }
}

async function digestIn({ files }: Pick<Target, 'files'>, place: number): Promise<string | undefined> {
  const found = files[place];
  try {
    const opened = await found?.open();
    if (found === undefined || opened === undefined) return undefined;
    const hash = createHash('sha256').update(`${found.name}\0`);
    for await (const chunk of opened.stream) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
}

/**
 * Digests of a delivery's files, each computed once.
 *
 * @returns a function from a file's place to the SHA-256 of its name and content, hexadecimal; `undefined` for one that can't be read
 */
export function createDigests(target: Pick<Target, 'files'>): (place: number) => Promise<string | undefined> {
  const known = new Map<number, Promise<string | undefined>>();
  return (place) => {
    const digest = known.get(place) ?? digestIn(target, place);
    known.set(place, digest);
    return digest;
  };
}
