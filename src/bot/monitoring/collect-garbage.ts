import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { trimHeap } from '../../shared/host/libc.ts';

/**
 * Gives back what loading the program left behind, 10 to 15 MB: V8 and libc would keep it until the next busy hour, which for
 * a service that mostly waits may be tomorrow.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
  trimHeap();
}
