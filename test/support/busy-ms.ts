import { readFileSync } from 'node:fs';

/** Milliseconds that this thread has had of a processor: unlike time on the wall, what others do does not count. */
export function busyMs(): number {
  return Number(readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1e6;
}
