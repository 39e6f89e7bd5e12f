/** Files on their way in, never larger than their limit. What fails leaves nothing behind. */
import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Problem } from '../../../core/problem.ts';
import type { Blobs } from '../../../storage/ports.ts';

/** A stored file. */
export interface Staged {
  /** The storage's id of it. */
  readonly blob: string;
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

interface StageOptions {
  readonly blobs: Pick<Blobs, 'write'>;
  /** Bytes at most. */
  readonly limit: number;
  /** The sentence for a larger file. */
  readonly over: string;
  /** The file's name in an error. */
  readonly field: string;
  /** The open file that the source reads, where there is one. */
  readonly original?: FileHandle;
}

/**
 * Stores what `source` yields.
 *
 * @throws Problem `too_large`, `bad_field` for an empty file, `storage` (a full disk); whatever `source` throws
 */
export async function stage(source: AsyncIterable<Uint8Array>, options: StageOptions): Promise<Staged> {
  const { blobs, limit, over, field, original } = options;
  const hash = createHash('sha256');
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      size += chunk.length;
      if (size > limit) throw new Problem('too_large', over);
      hash.update(chunk);
      yield chunk;
    }
    if (size === 0) throw new Problem('bad_field', `${field}: the file is empty.`);
  }
  const blob = await blobs.write(counted(), original);
  return { blob, size, sha256: hash.digest('hex') };
}
