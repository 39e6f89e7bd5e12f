/**
 * `node:fs/promises` over a disk that fails when a test says so. Use it in a test file as
 * `vi.mock('node:fs/promises', async (real) => wrapDisk(await real()))`.
 */
import type * as fs from 'node:fs/promises';

type Disk = typeof fs;

/** A call that never happened, because the process was dead by then. */
class Killed extends Error {}

interface Fault {
  readonly kind: 'kill' | 'refuse';
  /** Steps that still succeed. */
  left: number;
  reached: boolean;
  /** Takes unsynced content back from open files, as a power cut does. */
  readonly dirty: Map<fs.FileHandle, () => Promise<void>>;
  /** Closes handles that the process has closed. */
  readonly held: (() => Promise<void>)[];
}

let fault: Fault | undefined;

const refusal = () => Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });

/** Counts a step. @param needsSpace whether a full disk refuses it @throws when the fault is due */
function step(needsSpace: boolean): void {
  if (fault === undefined || (fault.kind === 'refuse' && !needsSpace)) return;
  if (fault.left > 0) {
    fault.left -= 1;
    return;
  }
  fault.reached = true;
  throw fault.kind === 'kill' ? new Killed('the process was killed') : refusal();
}

const isHalfWritten = () => fault !== undefined && fault.left === 0 && !fault.reached;

/** What marks an open file as holding unsynced content. */
const touches = new WeakMap<object, () => Promise<void>>();

/** Makes a handle count what it writes and syncs. A write that fails leaves its first half. */
function watchHandle(handle: fs.FileHandle): fs.FileHandle {
  const { writeFile, write, datasync, sync, chmod, chown, truncate } = handle;
  const touch = async () => {
    if (fault === undefined || fault.dirty.has(handle)) return;
    const before = handle.stat();
    fault.dirty.set(handle, async () => truncate.call(handle, (await before).size));
    await before;
  };
  touches.set(handle, touch);
  const half = (data: unknown) => {
    if (typeof data === 'string') return data.slice(0, data.length / 2);
    return data instanceof Uint8Array ? data.subarray(0, data.length / 2) : '';
  };
  handle.writeFile = async (data, options) => {
    await touch();
    if (isHalfWritten()) await writeFile.call(handle, half(data));
    step(true);
    return writeFile.call(handle, data, options);
  };
  handle.write = (async (...args: Parameters<typeof write>) => {
    await touch();
    step(true);
    return write.apply(handle, args);
  }) as typeof write;
  for (const [name, call] of [
    ['datasync', datasync],
    ['sync', sync],
  ] as const) {
    handle[name] = async () => {
      step(true);
      await call.call(handle);
      fault?.dirty.delete(handle);
    };
  }
  handle.chmod = async (mode) => {
    step(false);
    await chmod.call(handle, mode);
  };
  handle.chown = async (uid, gid) => {
    step(false);
    await chown.call(handle, uid, gid);
  };
  const { close } = handle;
  handle.close = async () => {
    // It stays open until the power is cut, so that what it did not sync can be taken back.
    if (fault?.kind === 'kill' && fault.dirty.has(handle)) fault.held.push(() => close.call(handle));
    else await close.call(handle);
  };
  return handle;
}

async function cutPower({ dirty, held }: Fault): Promise<void> {
  await Promise.all([...dirty.values()].map((takeBack) => takeBack()));
  await Promise.all(held.map((close) => close()));
}

/** Wraps the real module. */
export function wrapDisk(real: Disk): Disk {
  const counted = <Args extends unknown[], Result>(call: (...args: Args) => Promise<Result>, needsSpace: boolean) =>
    (async (...args: Args) => {
      step(needsSpace);
      return call(...args);
    }) as typeof call;
  return {
    ...real,
    open: (async (...args: Parameters<typeof real.open>) => {
      const [, flags = 'r'] = args;
      if (flags !== 'r') step(true);
      return watchHandle(await real.open(...args));
    }) as typeof real.open,
    writeFile: async (file, ...rest) => {
      if (typeof file === 'object') await touches.get(file)?.();
      step(true);
      return real.writeFile(file, ...rest);
    },
    mkdir: counted(real.mkdir as (...args: unknown[]) => Promise<unknown>, true) as typeof real.mkdir,
    link: counted(real.link, true),
    rename: counted(real.rename, false),
    rm: counted(real.rm, false),
    unlink: counted(real.unlink, false),
    rmdir: counted(real.rmdir, false),
    chmod: counted(real.chmod, false),
  };
}

async function during(kind: Fault['kind'], steps: number, work: () => Promise<unknown>): Promise<boolean> {
  const own: Fault = { kind, left: steps, reached: false, dirty: new Map(), held: [] };
  fault = own;
  try {
    await work();
  } catch (error) {
    if (!own.reached) throw error;
  } finally {
    fault = undefined;
    if (kind === 'kill') await cutPower(own);
  }
  return own.reached;
}

/**
 * Runs work in a process that is killed after so many changes of the disk, or after the work, and cuts the power then.
 *
 * @returns whether it came that far
 */
export const killAfter = (steps: number, work: () => Promise<unknown>) => during('kill', steps, work);

/** Runs work on a disk that is full after so many changes that need space. @returns whether it came that far */
export const fillAfter = (steps: number, work: () => Promise<unknown>) => during('refuse', steps, work);
