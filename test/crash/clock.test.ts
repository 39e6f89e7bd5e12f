/** A host's clock that is set, forwards and back, by minutes and by years, while the service runs and is killed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createInstruments } from '../support/programs/instruments.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { audit } from '../support/traffic/audit.ts';
import { layGround } from '../support/traffic/ground.ts';
import { fillShelf } from '../support/traffic/messages.ts';
import { startSenders } from '../support/traffic/senders.ts';
import { BOOKS, killsFor, SEED } from './support/settings.ts';

const ROUNDS = killsFor(0.06);
const PEOPLE = 8;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** By how much, from the host's own time; the last one leads to 1970, as on a board without a battery. */
const JUMPS = [
  0,
  61_000,
  -61_000,
  HOUR_MS,
  -HOUR_MS,
  2 * DAY_MS,
  -2 * DAY_MS,
  400 * DAY_MS,
  70 * 365 * DAY_MS,
  60_000 - Date.now(),
];

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

test('nothing accepted is lost, or changes its order, while the clock is set', {
  timeout: 120_000 + ROUNDS * 15_000,
}, async (context) => {
  const ground = await layGround({ linked: PEOPLE, limits: false });
  const instruments = createInstruments(ground.folder);
  try {
    const random = createRandom(SEED).named('clock');
    const shelf = await fillShelf(ground.folder);
    const senders = startSenders({ ground, shelf, random: random.named('senders'), most: 60, pauseMs: 40 });
    const kills: number[] = [];
    let jumps = 0;
    const start = () => ground.start(programs.fast, { environment: instruments.environment });
    let service = start();
    for (let i = 0; i < ROUNDS; i += 1) {
      expect(await service.ready, service.tail()).toBe(true);
      for (let jump = random.below(4); jump >= 0; jump -= 1) {
        await instruments.setClock(JUMPS[random.below(JUMPS.length)] ?? 0);
        jumps += 1;
        await sleep(random.next() * 400);
      }
      kills.push(Date.now());
      await service.kill();
      service = start();
    }
    await service.ready;
    await senders.stop();
    await ground.idle(60_000);
    await service.stop();
    const { accepted, arrived, twice, failed, lost, wrong } = await audit(ground, senders.posted, kills);
    tell(context, BOOKS, {
      what: `the clock set ${jumps} times`,
      kills: kills.length,
      accepted,
      arrived,
      failed,
      twice,
      lost: lost.length,
    });
    expect(lost).toEqual([]);
    // By the clock, an id is remembered for a day and the history kept for a month: after a jump of years a repeated
    // post is another message, and what was written in 1970 is too old.
    const byTheClock = /times under one id|came twice with no kill between|is not in the history/;
    expect(wrong.filter((fault) => !byTheClock.test(fault))).toEqual([]);
    expect(twice).toBeLessThanOrEqual(kills.length * PEOPLE);
    expect(accepted).toBeGreaterThan(PEOPLE);
  } finally {
    await ground.remove();
  }
});
