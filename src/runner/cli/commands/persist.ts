/** Retries a request while the bot is temporarily unavailable. */
import type { Code } from '../../../core/codes.ts';
import { Problem } from '../../../core/problem.ts';
import { attempts } from '../../../shared/process/retry.ts';

/** Between two tries. */
const WAITS = { firstMs: 250, longestMs: 5_000 };

/** Temporary errors: the bot restarts or is overloaded. */
const PASSING: ReadonlySet<Code> = new Set<Code>([
  'no_service',
  'timeout',
  'connection_lost',
  'stopping',
  'storage',
  'outbox_full',
  'accounts_unavailable',
  'links_unreadable',
  'destinations_unreadable',
  'too_many_requests',
  'too_many_connections',
]);
/** Whether an error is temporary. */
export const isPassing = (error: unknown): boolean => error instanceof Problem && PASSING.has(error.code);

/** Retries while the error is temporary. @throws Problem the last one; the signal's reason when it aborts */
export async function persist<T>(work: () => Promise<T>, isOver: () => boolean, stop?: AbortSignal): Promise<T> {
  for await (const _ of attempts(WAITS, stop)) {
    try {
      return await work();
    } catch (error) {
      if (stop?.aborted || !isPassing(error) || isOver()) throw error;
    }
  }
  throw new Problem('connection_lost', 'The wait for the bot was stopped.');
}

/** Whether so many milliseconds have passed since now. */
export function within(ms: number): () => boolean {
  const until = performance.now() + ms;
  return () => performance.now() > until;
}
