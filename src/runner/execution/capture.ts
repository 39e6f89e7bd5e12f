import type { Readable } from 'node:stream';

/** The start of what a stream says. */
export interface OutputStart {
  bytes(): Buffer;
  /** Resolves once it said more than the limit; nothing more is read then. */
  readonly over: Promise<'over'>;
}

/** Keeps the start of what a stream says, up to `limit` bytes; then whoever writes has to wait. */
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
  return { bytes: () => Buffer.concat(chunks), over };
}

interface Detachable {
  /** Node 20 has it not, and collects soon enough. */
  transfer?(bytes: number): unknown;
}

/**
 * Gives the memory of a chunk back at once. It must come straight from a pipe, and nobody may look at it again. Left to
 * the garbage collector, four scripts that flood their pipes cost 80 MB from Node 24 on.
 */
export function releaseChunk(chunk: Buffer): void {
  // Anything else shares its memory with others.
  if (chunk.length === chunk.buffer.byteLength) (chunk.buffer as Detachable).transfer?.(0);
}

/** Keeps the end of what was said, at most `limit` bytes of it. */
export interface Tail {
  add(chunk: Uint8Array): void;
  /** As text; a character cut at the start is left out. */
  text(): string;
}

/** @see Tail */
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
