import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const { O_RDWR, O_CREAT, O_APPEND, O_NOFOLLOW, O_NONBLOCK } = constants;
const FLAGS = O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK;
const MODE = 0o640;
const NEWLINE = 0x0a;
/** Bytes that are read at a time to find where the last whole line ends. */
const CHUNK = 64 * 1024;

/** The bytes of a file's whole lines. */
async function wholeBytes(handle: FileHandle): Promise<number> {
  let { size: end } = await handle.stat();
  const block = Buffer.alloc(CHUNK);
  while (end > 0) {
    const start = Math.max(0, end - CHUNK);
    const { bytesRead } = await handle.read(block, 0, end - start, start);
    const last = block.subarray(0, bytesRead).lastIndexOf(NEWLINE);
    if (last >= 0) return start + last + 1;
    end = start;
  }
  return 0;
}

/** A file to which lines are appended. */
export interface LogFile {
  /** Bytes of its lines. */
  readonly size: () => number;
  /** Appends whole lines; durable when it resolves. @throws the system's error, and nothing of them counts */
  append(lines: string): Promise<void>;
  /** Cuts off what a failed write left. @throws the system's error */
  trim(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a log file, which is created when missing, and cuts a line that a crash tore.
 *
 * @throws the system's error
 */
export async function openLogFile(path: string): Promise<LogFile> {
  const handle = await open(path, FLAGS, MODE);
  let size = await wholeBytes(handle).catch(async (error: unknown) => {
    await handle.close();
    throw error;
  });
  /** Whether something of a write that failed may stand behind the lines that count. */
  let isDirty = true;

  async function trim(): Promise<void> {
    if (isDirty) await handle.truncate(size);
    isDirty = false;
  }

  return {
    size: () => size,
    async append(lines) {
      await trim();
      isDirty = true;
      try {
        await handle.writeFile(lines);
        await handle.datasync();
      } catch (error) {
        // What the caller was told to have failed must not be there after a restart. Where this fails, the next write does it.
        await trim().catch(() => {});
        throw error;
      }
      isDirty = false;
      size += Buffer.byteLength(lines);
    },
    trim,
    close: () => handle.close(),
  };
}
