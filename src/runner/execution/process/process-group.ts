/** Ends a script and all that it started. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { identify, isAlive, type ProcessIdentity } from './process-identity.ts';

/** Time between SIGTERM and SIGKILL, ms. */
const GRACE_MS = 2000;
/** A process that outlives SIGKILL for this long, ms, is stuck in the kernel: waiting longer does not help. */
const KILLED_MS = 2000;

/** The environment variable that identifies processes which left the group. */
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

/** Whether a process belongs to the group and is not a zombie. */
function isMember(pid: string, group: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return ofGroup === String(group) && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}

/** Whether a process of the group lives. A container may never reap zombies, which the kernel counts as members. */
export const groupAlive = (group: number): boolean =>
  signalGroup(group, 0) && processes().some((pid) => isMember(pid, group));

function hasRunId(pid: string, runId: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(`${RUN_ID_VARIABLE}=${runId}`);
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

/** The descendants of a process whose parents still live. */
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

/** Processes of this run that may be in another session: descendants, and those that have its id. */
function strays(runId: string, family: readonly ProcessIdentity[]): readonly number[] {
  const carrying = processes().filter((pid) => hasRunId(pid, runId));
  return [...new Set([...family.filter(isAlive).map(({ pid }) => pid), ...carrying.map(Number)])];
}

function signalEach(pids: readonly number[], signal: Signal): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch {
      // It has ended.
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
 * @param runId also ends processes that left the group: descendants in any session, and those with this id in their
 *   environment
 */
export async function endGroup(group: number, runId?: string): Promise<void> {
  const family = runId === undefined ? [] : descendants(group);
  const others = () => (runId === undefined ? [] : strays(runId, family));
  const gone = () => !groupAlive(group) && others().length === 0;
  signalGroup(group, 'SIGTERM');
  signalEach(others(), 'SIGTERM');
  if (await goneWithin(gone, GRACE_MS)) return;
  signalGroup(group, 'SIGKILL');
  signalEach(others(), 'SIGKILL');
  await goneWithin(gone, KILLED_MS);
}
