/** Blobs as files in the staging folder, under random names. A blob's id is its file's name. */
import { randomUUID } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { writeDurably } from '../../../shared/files/durable.ts';
import { openRegular } from '../../../shared/files/regular-file.ts';
import { BOUNDS } from '../../bounds.ts';
import type { Blobs } from '../../ports.ts';
import { shareBlocks } from './share-blocks.ts';

/** Readable by the service alone. */
const MODE = 0o600;
/** Bytes of the file that tries the disk: what a message with a long text takes. */
const PROBE_BYTES = 128 * 1024;

/** A failure of the source, which is not one of the disk. */
class SourceError extends Error {}

async function* fromSource(source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (error) {
    throw new SourceError('', { cause: error });
  }
}

/** @param isThere the target shares the blocks of what the source reads: only its length is made the same */
async function copy(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  target: FileHandle,
  isThere: boolean,
): Promise<void> {
  let size = 0;
  for await (const chunk of fromSource(source)) {
    size += chunk.length;
    if (!isThere) await target.writeFile(chunk);
  }
  if (isThere) await target.truncate(size);
  await target.datasync();
}

/** Why a blob was not stored. */
function writeError(error: unknown): unknown {
  if (error instanceof SourceError) return error.cause;
  const why = errnoOf(error) ?? 'unknown error';
  return new Problem('storage', `The file can't be stored now (${why}): try again later.`, { cause: error });
}

/** Blobs in a folder on the outbox's file system, which a start empties. @param mostBytes of all of them */
export function createBlobs(folder: string, mostBytes = BOUNDS.stagedBytes): Blobs {
  const sizes = new Map<string, number>();
  let total = 0;
  const pathOf = (blob: string) => join(folder, blob);

  async function remove(blob: string): Promise<void> {
    total -= sizes.get(blob) ?? 0;
    sizes.delete(blob);
    await rm(pathOf(blob), { force: true }).catch(() => {});
  }

  /** What a source yields, counted. @throws Problem `outbox_full` */
  async function* counted(
    blob: string,
    source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (total + chunk.length > mostBytes) {
        throw new Problem('outbox_full', 'Very many files arrive at this moment. Try again in a moment.');
      }
      total += chunk.length;
      sizes.set(blob, (sizes.get(blob) ?? 0) + chunk.length);
      yield chunk;
    }
  }

  return {
    async write(source, original) {
      const blob = `${randomUUID()}.part`;
      let target: FileHandle | undefined;
      try {
        const isShared = original !== undefined && (await shareBlocks(original, pathOf(blob), MODE));
        target = await open(pathOf(blob), isShared ? 'r+' : 'wx', MODE);
        await copy(counted(blob, source), target, isShared);
        await target.close();
        return blob;
      } catch (error) {
        await target?.close().catch(() => {});
        await remove(blob);
        throw writeError(error);
      }
    },
    async head(blob, most) {
      const handle = await openRegular(pathOf(blob));
      try {
        const buffer = Buffer.alloc(Math.min(most, (await handle.stat()).size));
        const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
    async discard(blobs) {
      await Promise.all([...blobs].map(remove));
    },
    async probe() {
      try {
        await writeDurably(pathOf('probe'), 'x'.repeat(PROBE_BYTES));
        return true;
      } catch {
        return false;
      } finally {
        await remove('probe');
      }
    },
  };
}
