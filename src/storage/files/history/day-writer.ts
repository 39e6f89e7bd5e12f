import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDir } from '../../../shared/files/durable.ts';
import { dayFileOf } from './history-index.ts';

/** Appends lines to the file of the present day. */
export interface DayWriter {
  /** Durable when it resolves. @throws the system's error when it can't be written */
  append(line: string): Promise<void>;
  close(): Promise<void>;
}

const LINE_FEED = 0x0a;
const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
const APPEND = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const MODE = 0o640;

/** Opens a file to append to it; ends a last line that a crash tore. */
async function openForAppend(path: string): Promise<FileHandle> {
  const handle = await open(path, APPEND, MODE);
  const { size } = await handle.stat();
  if (size === 0) return handle;
  const last = Buffer.alloc(1);
  await handle.read(last, 0, 1, size - 1);
  if (last[0] !== LINE_FEED) await handle.write('\n');
  return handle;
}

/** A writer in a folder of days, which is made with the first line. @param now ms since 1970 */
export function createDayWriter(dir: string, now: () => number): DayWriter {
  let current: { readonly file: string; readonly handle: FileHandle } | undefined;
  let pending: Array<{ line: string; resolve: () => void; reject: (error: unknown) => void }> = [];
  let writing: Promise<void> | undefined;

  async function close(): Promise<void> {
    const open = current;
    current = undefined;
    await open?.handle.close();
  }

  async function handleOfToday(): Promise<FileHandle> {
    const file = dayFileOf(now());
    if (current?.file === file) return current.handle;
    await close();
    await makeDir(dir);
    current = { file, handle: await openForAppend(join(dir, file)) };
    return current.handle;
  }

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      const batch = pending;
      pending = [];
      try {
        const handle = await handleOfToday();
        await handle.writeFile(batch.map(({ line }) => `${line}\n`).join(''));
        await handle.datasync();
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // A half-written line must not swallow the next one: opening the file again ends it.
        await close().catch(() => {});
        for (const { reject } of batch) reject(error);
      }
    }
    writing = undefined;
  }

  return {
    append: (line) =>
      new Promise((resolve, reject) => {
        pending.push({ line, resolve, reject });
        writing ??= drain();
      }),
    async close() {
      await writing;
      await close();
    },
  };
}
