/** Waiting for a child process: its end, the end of its output, its limits. */
import type { ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ChildEnd } from './end-failure.ts';
import { endGroup, groupAlive } from './process-group.ts';

/** A child without input, whose two outputs are read. */
export interface Child {
  readonly process: ChildProcess;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** How long output may go on after the script itself ended, ms: a `tee` that still writes. */
const LINGER_MS = 500;

/** Resolves when the child has ended, or could not be started. */
export const whenEnded = ({ process: child }: Child): Promise<ChildEnd> =>
  new Promise((resolve) => {
    child.once('error', (error) => resolve({ error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });

/** Resolves when both outputs have ended, or when the child could not be started. */
export async function whenClosed({ process: child, stdout, stderr }: Child): Promise<boolean> {
  const closed = (stream: Readable) => new Promise<void>((resolve) => stream.once('close', resolve));
  const failed = new Promise<void>((resolve) => child.once('error', () => resolve()));
  await Promise.race([failed, Promise.all([closed(stdout), closed(stderr)])]);
  return true;
}

/** Resolves with the first of the time limit and the stop; never once `done` is aborted. */
export function whenOver(timeout: number, stop: AbortSignal, done: AbortSignal): Promise<'timeout' | 'stop'> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('timeout'), timeout);
    const onStop = () => resolve('stop');
    if (stop.aborted) onStop();
    stop.addEventListener('abort', onStop, { once: true });
    done.addEventListener('abort', () => {
      clearTimeout(timer);
      stop.removeEventListener('abort', onStop);
    });
  });
}

/** Waits for the end of the output for at most this time, ms; what is there by then has been read. */
async function closedWithin(closed: Promise<boolean>, milliseconds: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const inTime = await Promise.race([closed, late]);
  clearTimeout(timer);
  if (inTime) return;
  // The timer may have fired late, before available output was read.
  await nextTurn();
  await nextTurn();
}

/** Waits for the output of a script that has ended, and ends what else is left of its process group. */
export async function endLeftovers(child: Child, closed: Promise<boolean>): Promise<void> {
  await closedWithin(closed, LINGER_MS);
  const { pid } = child.process;
  if (pid !== undefined && groupAlive(pid)) {
    await endGroup(pid);
    await closedWithin(closed, LINGER_MS);
  }
  // A daemon in a session of its own may hold the pipes for ever.
  child.stdout.destroy();
  child.stderr.destroy();
}
