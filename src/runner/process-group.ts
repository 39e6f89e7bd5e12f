/** Ending a script and everything it started. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** From SIGTERM to SIGKILL, ms. */
const GRACE_MS = 2000;
/** A process that outlives SIGKILL for this long is stuck in the kernel; nothing more can be done. */
const KILLED_MS = 2000;

/** The variable by which processes that left the group are found. */
export const MARK = 'NOTIFY_RUN';

type Signal = 'SIGTERM' | 'SIGKILL' | 0;

function signalGroup(group: number, signal: Signal): boolean {
  try {
    process.kill(-group, signal);
    return true;
  } catch {
    return false;
  }
}

const processes = (): readonly string[] => readdirSync('/proc').filter((name) => /^\d+$/.test(name));

/** Whether a process of the group runs: one that has ended and only waits to be collected counts no more. */
function runs(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ofGroup === String(group) && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/** Whether anything of the group is left. In a container nobody may collect the dead, so the kernel's yes is checked. */
export const groupAlive = (group: number): boolean =>
  signalGroup(group, 0) && processes().some((pid) => runs(pid, group));

function marked(pid: string, mark: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${MARK}=${mark}`);
  } catch {
    return false;
  }
}

/** Processes of this run that made a session of their own. */
function strays(mark: string): readonly number[] {
  return processes()
    .filter((pid) => marked(pid, mark))
    .map(Number);
}

function signalStrays(mark: string, signal: Signal): void {
  for (const pid of strays(mark)) {
    try {
      process.kill(pid, signal);
    } catch {
      // Gone already.
    }
  }
}

async function goneWithin(gone: () => boolean, milliseconds: number): Promise<boolean> {
  const end = performance.now() + milliseconds;
  for (let pause = 5; performance.now() < end; pause = Math.min(pause * 2, 50)) {
    if (gone()) return true;
    await sleep(pause);
  }
  return gone();
}

/**
 * Ends a process group: SIGTERM, and two seconds later SIGKILL.
 *
 * @param mark also ends those that left the group and carry this mark in their environment
 */
export async function endGroup(group: number, mark?: string): Promise<void> {
  const gone = () => !groupAlive(group) && (mark === undefined || strays(mark).length === 0);
  signalGroup(group, 'SIGTERM');
  if (mark !== undefined) signalStrays(mark, 'SIGTERM');
  if (await goneWithin(gone, GRACE_MS)) return;
  signalGroup(group, 'SIGKILL');
  if (mark !== undefined) signalStrays(mark, 'SIGKILL');
  await goneWithin(gone, KILLED_MS);
}
