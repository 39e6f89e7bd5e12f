/** The lines of a file that others append to, read a chunk at a time, so that no read occupies the process for long. */
import type { FileHandle } from 'node:fs/promises';
import { openRegular } from '../../../shared/files/regular-file.ts';

/** A line without its newline, and where in the file it begins. */
export interface Line {
  /** Bytes from the file's beginning. */
  readonly at: number;
  readonly bytes: Buffer;
}

/** How much is read at a time: small enough that a look at the newest twenty costs one read. */
const CHUNK = 64 * 1024;
const NEWLINE = 0x0a;

async function* withFile<T>(path: string, work: (handle: FileHandle) => AsyncGenerator<T>): AsyncGenerator<T> {
  const handle = await openRegular(path).catch(() => undefined);
  if (handle === undefined) return;
  try {
    yield* work(handle);
  } finally {
    await handle.close();
  }
}

/** Reads what is there of `size` bytes from `at`. */
async function readAt(handle: FileHandle, at: number, size: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(size);
  const { bytesRead } = await handle.read(buffer, 0, size, at);
  return buffer.subarray(0, bytesRead);
}

/** The lines in a block, the last one first. @param at where in the file the block begins */
function* lastFirst(block: Buffer, at: number): Generator<Line> {
  let end = block.length;
  while (end > 0) {
    const stop = block[end - 1] === NEWLINE ? end - 1 : end;
    const start = stop === 0 ? 0 : block.lastIndexOf(NEWLINE, stop - 1) + 1;
    if (stop > start) yield { at: at + start, bytes: block.subarray(start, stop) };
    end = start;
  }
}

/**
 * The lines of a file from its end; none of one that isn't there.
 *
 * @param about lines without this text are passed over, whole chunks of them unread
 * @param before only lines that begin before this byte
 */
export function linesBackwards(path: string, about?: string, before?: number): AsyncGenerator<Line> {
  return withFile(path, async function* (handle) {
    let end = before ?? (await handle.stat()).size;
    let tail: Buffer = Buffer.alloc(0);
    while (end > 0) {
      const start = Math.max(0, end - CHUNK);
      const block = Buffer.concat([await readAt(handle, start, end - start), tail]);
      end = start;
      const cut = start === 0 ? -1 : block.indexOf(NEWLINE);
      if (start > 0 && cut < 0) {
        tail = block;
        continue;
      }
      tail = block.subarray(0, cut + 1);
      const whole = block.subarray(cut + 1);
      if (about !== undefined && !whole.includes(about)) continue;
      for (const line of lastFirst(whole, start + cut + 1)) {
        if (about === undefined || line.bytes.includes(about)) yield line;
      }
    }
  });
}

/** The lines in a block that ends with a newline, the first one first. */
function firstFirst(block: Buffer, at: number): Line[] {
  const lines: Line[] = [];
  let start = 0;
  while (start < block.length) {
    const stop = block.indexOf(NEWLINE, start);
    if (stop > start) lines.push({ at: at + start, bytes: block.subarray(start, stop) });
    start = stop + 1;
  }
  return lines;
}

/**
 * The whole lines of a file from a byte on, as many at a time as one read brings; `end` is where the next ones will
 * begin. A last line without its newline is left out: it is still being written, or was torn by a crash.
 */
export function linesForwards(
  path: string,
  from: number,
): AsyncGenerator<{ readonly lines: readonly Line[]; readonly end: number }> {
  return withFile(path, async function* (handle) {
    let begun = from;
    let rest: Buffer = Buffer.alloc(0);
    for (;;) {
      const read = await readAt(handle, begun + rest.length, CHUNK);
      if (read.length === 0) return;
      const block = Buffer.concat([rest, read]);
      const whole = block.subarray(0, block.lastIndexOf(NEWLINE) + 1);
      rest = block.subarray(whole.length);
      const lines = firstFirst(whole, begun);
      begun += whole.length;
      if (whole.length > 0) yield { lines, end: begun };
    }
  });
}

/** Where a line lies. */
export interface Span {
  readonly at: number;
  readonly bytes: number;
}

/** The lines at given places, in their order; places that lie near each other are read at once. */
export function linesAt<Place extends Span>(
  path: string,
  places: Iterable<Place>,
): AsyncGenerator<{ readonly place: Place; readonly bytes: Buffer }> {
  return withFile(path, async function* (handle) {
    for (const group of neighbours(places)) {
      const start = Math.min(...group.map(({ at }) => at));
      const end = Math.max(...group.map(({ at, bytes }) => at + bytes));
      const block = await readAt(handle, start, end - start);
      for (const place of group) {
        yield { place, bytes: block.subarray(place.at - start, place.at - start + place.bytes) };
      }
    }
  });
}

/** Places in groups that one read brings. */
function* neighbours<Place extends Span>(places: Iterable<Place>): Generator<Place[]> {
  let group: Place[] = [];
  for (const place of places) {
    const [first] = group;
    if (first !== undefined && Math.abs(first.at - place.at) + first.bytes + place.bytes > CHUNK) {
      yield group;
      group = [];
    }
    group.push(place);
  }
  if (group.length > 0) yield group;
}
