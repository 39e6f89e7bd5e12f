import type { Readable } from 'node:stream';

/** Keeps the start of what a stream says, up to `limit` bytes, and counts the rest. */
export function captureStart(stream: Readable, limit: number): { bytes(): Buffer; readonly size: number } {
  const chunks: Buffer[] = [];
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    // Copied when it is cut, so that no large buffer hangs on a small piece.
    if (size < limit) chunks.push(size + chunk.length <= limit ? chunk : Buffer.from(chunk.subarray(0, limit - size)));
    size += chunk.length;
  });
  return {
    bytes: () => Buffer.concat(chunks),
    get size() {
      return size;
    },
  };
}

/** Keeps the end of what was said, at most `limit` bytes of it. */
export interface Tail {
  add(chunk: Uint8Array): void;
  /** As text; a character cut at the start is left out. */
  text(): string;
}

/** @see Tail */
export function createTail(limit: number): Tail {
  let kept = Buffer.alloc(0);
  return {
    add(chunk) {
      const piece = chunk.length > limit ? chunk.subarray(chunk.length - limit) : chunk;
      const joined = Buffer.concat([kept, piece]);
      kept = joined.length > limit ? Buffer.from(joined.subarray(joined.length - limit)) : joined;
    },
    text() {
      let start = 0;
      while (kept.length === limit && start < 3 && ((kept[start] ?? 0) & 0xc0) === 0x80) start += 1;
      return kept.toString('utf8', start);
    },
  };
}
