/** Ending a script and everything it started. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** From SIGTERM to SIGKILL, ms. */
const GRACE_MS = 2000;
/** A process that outlives SIGKILL for this long is stuck in the kernel; nothing more can be done. */
const KILLED_MS = 2000;

/** The variable by which processes that left the group are found. */
export const RUN_ID_VARIABLE = 'NOTIFY_RUN';

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
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${RUN_ID_VARIABLE}=${mark}`);
  } catch {
    return false;
  }
}

function parentOf(pid: string): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
  } catch {
    return undefined;
  }
}

/** What a process started, and what that started, as far as the parents still live. */
function descendants(root: number): readonly ProcessIdentity[] {
  const parents = new Map(processes().map((pid) => [pid, parentOf(pid)]));
  const family = new Set([String(root)]);
  for (let size = 0; size < family.size; ) {
    size = family.size;
    for (const [pid, parent] of parents) if (parent !== undefined && family.has(parent)) family.add(pid);
  }
  family.delete(String(root));
  return [...family].flatMap((pid) => identify(Number(pid)) ?? []);
}

/** Processes of this run that may have made a session of their own: its children, and those with its mark. */
function strays(mark: string, family: readonly ProcessIdentity[]): readonly number[] {
  const carrying = processes().filter((pid) => marked(pid, mark));
  return [...new Set([...family.filter(isAlive).map(({ pid }) => pid), ...carrying.map(Number)])];
}

function signalEach(pids: readonly number[], signal: Signal): void {
  for (const pid of pids) {
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
 * @param mark also ends those that left the group: its children of any session, and those that carry this mark in
 *   their environment
 */
export async function endGroup(group: number, mark?: string): Promise<void> {
  const family = mark === undefined ? [] : descendants(group);
  const others = () => (mark === undefined ? [] : strays(mark, family));
  const gone = () => !groupAlive(group) && others().length === 0;
  signalGroup(group, 'SIGTERM');
  signalEach(others(), 'SIGTERM');
  if (await goneWithin(gone, GRACE_MS)) return;
  signalGroup(group, 'SIGKILL');
  signalEach(others(), 'SIGKILL');
  await goneWithin(gone, KILLED_MS);
}
