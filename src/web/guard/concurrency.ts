/** Limits the concurrent requests of each user; further requests wait in a queue. */
import type { MiddlewareHandler } from 'hono';
import type { WebEnv } from '../context.ts';

interface Slots {
  /** Resolves when a slot is free. @returns a function that frees it, which may be called more than once */
  acquire(user: string): Promise<() => void>;
}

/** @param most slots of one user */
function createSlots(most: number): Slots {
  const users = new Map<string, { taken: number; readonly waiting: (() => void)[] }>();
  return {
    async acquire(user) {
      const own = users.get(user) ?? { taken: 0, waiting: [] };
      users.set(user, own);
      if (own.taken < most) own.taken += 1;
      else await new Promise<void>((resolve) => own.waiting.push(resolve));
      let released = false;
      return () => {
        if (released) return;
        released = true;
        const next = own.waiting.shift();
        // The next request takes the slot over.
        if (next !== undefined) next();
        else own.taken -= 1;
        if (own.taken === 0) users.delete(user);
      };
    },
  };
}

/** Serves a limited number of concurrent requests of one user. @param most the limit */
export function limitConcurrency(most: number): MiddlewareHandler<WebEnv> {
  const slots = createSlots(most);
  return async (context, next) => {
    const { outgoing } = context.env;
    const release = await slots.acquire(context.get('session').user);
    outgoing.once('close', release);
    // The client may have disconnected while it waited.
    if (outgoing.destroyed) release();
    await next();
  };
}
