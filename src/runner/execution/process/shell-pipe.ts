/**
 * Pipes as a shell makes them. Node gives a child sockets instead: a writer whose reader has closed gets ECONNRESET and
 * not SIGPIPE, and `/dev/stdout` can't be opened.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

interface ShellPipe {
  /** Destroying it closes the read end. */
  readonly reader: Readable;
  /** For a child's `stdio`. The type is that of execa, which names the descriptors 3 to 9 and passes all of them on. */
  readonly writeEnd: 3;
  /** To be called once the child has its copy. */
  closeWriteEnd(): void;
}

function open(path: string): ShellPipe {
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const writeEnd = openSync(path, constants.O_WRONLY);
  const reader = new Socket({ fd: readEnd, readable: true, writable: false });
  return { reader, writeEnd: writeEnd as 3, closeWriteEnd: () => closeSync(writeEnd) };
}

/** Creates two, for standard output and standard error; `undefined` where that fails. */
export function createShellPipes(): readonly [ShellPipe, ShellPipe] | undefined {
  let folder: string | undefined;
  try {
    folder = mkdtempSync(join(tmpdir(), 'notify-runner-'));
    const paths = [join(folder, 'out'), join(folder, 'err')] as const;
    execFileSync('mkfifo', ['-m', '600', ...paths], { stdio: 'ignore' });
    return [open(paths[0]), open(paths[1])];
  } catch {
    return undefined;
  } finally {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  }
}
