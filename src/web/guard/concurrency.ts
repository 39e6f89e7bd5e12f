/** Lets few in at a time, each person for themself; the others wait in line. */
import type { MiddlewareHandler } from 'hono';
import type { WebEnv } from '../context.ts';

interface Line {
  /** Resolves when it is their turn. @returns what they call when they are done, once or more */
  enter(person: string): Promise<() => void>;
}

/** @param most how many of one person's are let in at a time */
function createLine(most: number): Line {
  const people = new Map<string, { inside: number; readonly waiting: (() => void)[] }>();
  return {
    async enter(person) {
      const line = people.get(person) ?? { inside: 0, waiting: [] };
      people.set(person, line);
      if (line.inside < most) line.inside += 1;
      else await new Promise<void>((resolve) => line.waiting.push(resolve));
      let done = false;
      return () => {
        if (done) return;
        done = true;
        const next = line.waiting.shift();
        // Their place is handed on.
        if (next !== undefined) next();
        else line.inside -= 1;
        if (line.inside === 0) people.delete(person);
      };
    },
  };
}

/** Answers few requests of one person at a time. @param most how many */
export function limitConcurrency(most: number): MiddlewareHandler<WebEnv> {
  const line = createLine(most);
  return async (context, next) => {
    const { outgoing } = context.env;
    const leave = await line.enter(context.get('session').user);
    outgoing.once('close', leave);
    // They may have left while they waited.
    if (outgoing.destroyed) leave();
    await next();
  };
}
