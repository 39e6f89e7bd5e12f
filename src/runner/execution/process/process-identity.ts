import { readFileSync } from 'node:fs';

/** A process and its start, which distinguishes it from another process with the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, proc(5). */
  readonly start: string;
}

/** The process with this number; `undefined` when there is none, or only a zombie. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in brackets, may contain anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const start = fields[19];
    return state === 'Z' || state === 'X' || start === undefined ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

/** Identifies the boot of the computer: process numbers and ticks start again with each. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  } catch {
    return '-';
  }
}

/** Whether this process still lives. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  return identify(pid)?.start === start;
}
