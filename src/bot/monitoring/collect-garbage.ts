import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trimHeap } from '../../shared/host/libc.ts';

/**
 * Returns 10 to 15 MB to the system that loading the program needed. V8 and libc would keep them until the next busy
 * hour, which may be a day away for a service that mostly waits.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
  trimHeap();
}
