import { setTimeout as sleep } from 'node:timers/promises';

/** Asks again and again until the answer is neither `undefined` nor `false`. @throws Error in time */
export async function waitFor<T>(
  ask: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<Exclude<T, undefined | false>> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== false) return answer as Exclude<T, undefined | false>;
    if (performance.now() > end) throw new Error(`The condition did not hold within ${timeoutMs} ms: ${String(ask)}`);
    await sleep(20);
  }
}
