import type { Caller } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';

/** @param what a clause such as `see who is linked` @throws Problem `not_trusted` */
export function requireTrusted({ trusted, name }: Caller, what: string): void {
  if (trusted) return;
  throw new Problem('not_trusted', `${name} may not ${what}; only root and trusted users may.`);
}
