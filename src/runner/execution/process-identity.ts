import { readFileSync } from 'node:fs';

/** A process and when it started, so that a re-used number isn't taken for it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since boot, proc(5). */
  readonly start: string;
}

/** The process of this number, unless there is none or it only waits to be collected. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The name, in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    const start = fields[19];
    return state === 'Z' || state === 'X' || start === undefined ? undefined : { pid, start };
  } catch {
    return undefined;
  }
}

/** Tells this boot from others: process numbers and ticks begin anew with each. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
  } catch {
    return '-';
  }
}

/** Whether that very process is still there. */
export function isAlive({ pid, start }: ProcessIdentity): boolean {
  return identify(pid)?.start === start;
}
