/** A disk that is full, takes no more names, or nothing at all, now and then, and kills in between. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canMount } from '../support/files/full-disk.ts';
import { buildPrograms, type Programs } from '../support/programs/built-programs.ts';
import { createRandom } from '../support/random.ts';
import { tell } from '../support/reporters/figures.ts';
import { audit } from '../support/traffic/audit.ts';
import { layGround } from '../support/traffic/ground.ts';
import { fillShelf } from '../support/traffic/messages.ts';
import { startSenders } from '../support/traffic/senders.ts';
import { BOOKS, killsFor, SEED } from './support/settings.ts';
import { mountSmallDisk, type SmallDisk } from './support/small-disk.ts';

const ROUNDS = killsFor(0.04);
const PEOPLE = 6;

let programs: Programs;
beforeAll(async () => {
  programs = await buildPrograms();
});
afterAll(() => programs.remove());

const TROUBLES: readonly ((disk: SmallDisk) => Promise<void> | void)[] = [
  (disk) => disk.fill(),
  (disk) => disk.crowd(),
];

test.runIf(canMount())(
  'nothing accepted is lost on a disk in trouble',
  { timeout: 120_000 + ROUNDS * 15_000 },
  async (context) => {
    const disk = await mountSmallDisk();
    const ground = await layGround({ linked: PEOPLE, limits: false, disk: disk.folder });
    try {
      const random = createRandom(SEED).named('disk');
      const shelf = await fillShelf(ground.folder);
      const senders = startSenders({ ground, shelf, random: random.named('senders'), most: 20, pauseMs: 60 });
      const kills: number[] = [];
      let service = ground.start(programs.fast);
      for (let i = 0; i < ROUNDS; i += 1) {
        expect(await service.ready, service.tail()).toBe(true);
        await sleep(random.next() * 600);
        await TROUBLES[i % TROUBLES.length]?.(disk);
        await sleep(300 + random.next() * 1200);
        const killed = random.next() < 0.5;
        if (killed) {
          kills.push(Date.now());
          await service.kill();
        }
        await disk.mend();
        if (killed) service = ground.start(programs.fast);
        const early = await Promise.race([service.ended, sleep(0, undefined)]);
        if (early !== undefined) throw new Error(`the service ended by itself (${early}):\n${service.tail()}`);
      }
      await service.ready;
      await senders.stop();
      await ground.idle(60_000);
      await service.stop();
      const { accepted, arrived, twice, failed, lost, wrong } = await audit(ground, senders.posted, kills);
      const refused = senders.refused.get(503) ?? 0;
      tell(context, BOOKS, {
        what: `${ROUNDS} troubles of the disk`,
        kills: kills.length,
        accepted,
        arrived,
        failed,
        twice,
        lost: lost.length,
        'refused with 503': refused,
      });
      expect(lost).toEqual([]);
      // A line of the history that the disk did not take is the one thing that may be missing.
      expect(wrong.filter((fault) => !/not in the history|torn lines/.test(fault))).toEqual([]);
      expect(accepted).toBeGreaterThan(PEOPLE);
      expect(refused).toBeGreaterThan(0);
    } finally {
      await disk.mend();
      await ground.remove();
      await disk.remove();
    }
  },
);

test.runIf(canMount())(
  'a disk that takes nothing is named, and what waits on it goes out once it is mended',
  async () => {
    const disk = await mountSmallDisk();
    const ground = await layGround({ linked: 1, limits: false, disk: disk.folder });
    try {
      const service = ground.start(programs.real);
      expect(await service.ready).toBe(true);
      await ground.sandbox.stop();
      const answer = await ground.client.request('POST', '/send', { user: 'crash0', text: 'waits', wait: 0 });
      expect(answer.status).toBe(202);
      await service.kill();
      disk.freeze();
      const refused = ground.start(programs.real);
      expect(await refused.ended).toBe(1);
      expect(refused.tail()).toMatch(/can't be used: the file system is read-only \(EROFS\)/);
      await disk.mend();
      await ground.sandbox.start();
      const next = ground.start(programs.real);
      await ground.sandbox.waitFor(({ text }) => text === 'waits', 30_000);
      await next.stop();
    } finally {
      await disk.mend();
      await ground.remove();
      await disk.remove();
    }
  },
);
