/** Keeps a bounded part of what a stream delivers. */
import type { Readable } from 'node:stream';

/** The start of a stream. */
export interface OutputStart {
  bytes(): Buffer;
  /** Whether the stream delivered more than the limit; nothing more is read then. */
  isOver(): boolean;
  /** Resolves when the stream has delivered more than the limit. */
  readonly over: Promise<'over'>;
}

/** Keeps the first `limit` bytes of a stream; after them the writer is blocked. */
export function captureStart(stream: Readable, limit: number): OutputStart {
  const chunks: Buffer[] = [];
  let size = 0;
  const over = new Promise<'over'>((resolve) => {
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) {
        chunks.push(chunk);
        return;
      }
      stream.pause();
      resolve('over');
    });
  });
  return { bytes: () => Buffer.concat(chunks), isOver: () => size > limit, over };
}

interface Detachable {
  /** Missing in Node 20, whose garbage collector is quick enough. */
  transfer?(bytes: number): unknown;
}

/**
 * Frees the memory of a chunk at once. The chunk must come directly from a pipe and must not be used again. Left to the
 * garbage collector, four scripts that flood their pipes cost 80 MB from Node 24 on.
 */
export function releaseChunk(chunk: Buffer): void {
  // A smaller chunk shares its memory with others.
  if (chunk.length === chunk.buffer.byteLength) (chunk.buffer as Detachable).transfer?.(0);
}

/** The end of an output, at most `limit` bytes. */
export interface Tail {
  add(chunk: Uint8Array): void;
  /** As text, without a character that is cut at the start. */
  text(): string;
}

/** Creates an empty one. */
export function createTail(limit: number): Tail {
  const kept = Buffer.alloc(limit);
  let size = 0;
  return {
    add(chunk) {
      const piece = chunk.length > limit ? chunk.subarray(chunk.length - limit) : chunk;
      const stays = Math.min(size, limit - piece.length);
      kept.copyWithin(0, size - stays, size);
      kept.set(piece, stays);
      size = stays + piece.length;
    },
    text() {
      let start = 0;
      while (size === limit && start < 3 && ((kept[start] ?? 0) & 0xc0) === 0x80) start += 1;
      return kept.toString('utf8', start, size);
    },
  };
}
