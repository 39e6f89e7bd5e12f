import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from '../../support/programs/service-process.ts';
import type { Random } from '../../support/random.ts';
import type { Ground } from '../../support/traffic/ground.ts';

/** @see storm */
export interface Storm {
  /** When each process was killed, by `Date.now`. */
  readonly kills: readonly number[];
  /** How many of them were ready by then. */
  readonly ready: number;
}

/**
 * After its start, or after it is ready, a process lives up to this long, or twice as long as the last start took,
 * since a busy machine does all else as slowly; every fifth one up to five times longer.
 */
const LIFE_MS = 300;
/** How many are killed early: while they start, and just after. */
const EARLY = 0.4;

async function startOf(victim: ServiceProcess): Promise<number> {
  const begun = performance.now();
  return (await victim.ready) ? performance.now() - begun : 0;
}

/** Lets a process live for a while. @returns whether it was ready at the end */
async function live(victim: ServiceProcess, early: boolean, ms: number): Promise<boolean> {
  if (!early) await victim.ready;
  await sleep(ms);
  return Promise.race([victim.ready, sleep(0, false)]);
}

/**
 * Starts the service and kills it, again and again.
 *
 * @param options.between called after each kill, with no service running
 * @throws Error when a service ends by itself
 */
export async function storm(options: {
  readonly ground: Ground;
  readonly program: string;
  readonly kills: number;
  readonly random: Random;
  readonly between?: () => Promise<void>;
}): Promise<Storm> {
  const { ground, program, random, between } = options;
  const kills: number[] = [];
  let ready = 0;
  let startMs = 0;
  while (kills.length < options.kills) {
    const victim = ground.start(program);
    void startOf(victim).then((ms) => {
      startMs = ms || startMs;
    });
    const span = Math.max(LIFE_MS, 2 * startMs) * (kills.length % 5 === 4 ? 5 : 1);
    const lived = live(victim, random.next() < EARLY, random.next() * span);
    const outcome = await Promise.race([lived, victim.ended]);
    if (typeof outcome !== 'boolean') throw new Error(`the service ended by itself (${outcome}):\n${victim.tail()}`);
    if (outcome) ready += 1;
    kills.push(Date.now());
    await victim.kill();
    await between?.();
  }
  return { kills, ready };
}
