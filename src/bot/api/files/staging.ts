/**
 * Files that arrive. They are stored in the staging folder under random names, readable by the service alone, synced, and
 * never larger than the limit; a failure leaves nothing behind.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../../core/problem.ts';

/** A file's bytes, safe in the staging folder. */
export interface Staged {
  readonly path: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Reports a failure of the source, which must not count as one of the disk. */
async function* guarded(source: AsyncIterable<Uint8Array>, failed: (error: unknown) => void) {
  try {
    yield* source;
  } catch (error) {
    failed(error);
    throw error;
  }
}

interface StageOptions {
  readonly folder: string;
  /** Bytes at most. */
  readonly limit: number;
  /** The sentence for a larger file. */
  readonly over: string;
  /** The file's name in an error. */
  readonly field: string;
}

async function copy(source: AsyncIterable<Uint8Array>, target: FileHandle, { limit, over, field }: StageOptions) {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > limit) throw new Problem('too_large', over);
    hash.update(chunk);
    await target.writeFile(chunk);
  }
  if (size === 0) throw new Problem('bad_field', `${field}: the file is empty.`);
  await target.datasync();
  return { size, sha256: hash.digest('hex') };
}

function storageProblem(error: unknown): Problem {
  const why = errnoOf(error) ?? 'unknown error';
  return new Problem('storage', `The file can't be stored now (${why}): try again later.`, { cause: error });
}

/**
 * Stores what `source` yields.
 *
 * @throws Problem `too_large`, `bad_field` for an empty file, `storage` (a full disk); whatever `source` throws
 */
export async function stage(source: AsyncIterable<Uint8Array>, options: StageOptions): Promise<Staged> {
  const path = join(options.folder, `${randomUUID()}.part`);
  let sourceError: { readonly error: unknown } | undefined;
  let target: FileHandle | undefined;
  try {
    target = await open(path, 'wx', 0o600);
    const watched = guarded(source, (error) => {
      sourceError = { error };
    });
    const copied = await copy(watched, target, options);
    await target.close();
    return { path, ...copied };
  } catch (error) {
    await target?.close().catch(() => {});
    await discard([{ path }]);
    if (error instanceof Problem || sourceError?.error === error) throw error;
    throw storageProblem(error);
  }
}

/** Removes staged files; those that the intake has moved are gone already. */
export async function discard(files: ReadonlyArray<{ readonly path: string }>): Promise<void> {
  await Promise.all(files.map(({ path }) => rm(path, { force: true }).catch(() => {})));
}
