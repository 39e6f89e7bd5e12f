import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const NOW = Date.parse('2026-06-30T12:00:00Z');
const HOUR = 3_600_000;
const beat = (user: string, at = NOW) => ({ user, uid: 1001, at, expectedBy: at + HOUR });

export function describeBeats({ makePlace }: Implementation): void {
  describe('beats', () => {
    test('are kept, the last of each user, also for the next process', async () => {
      const place = await makePlace();
      const { beats } = place.open();
      expect(await beats.all()).toEqual([]);
      expect(await beats.note(beat('ana'))).toBeUndefined();
      expect(await beats.note(beat('ana', NOW + HOUR))).toEqual(beat('ana'));
      await beats.note(beat('ben'));
      expect(await place.open().beats.all()).toEqual([beat('ana', NOW + HOUR), beat('ben')]);
      await beats.forget('ana');
      await beats.forget('nobody');
      expect(await place.open().beats.all()).toEqual([beat('ben')]);
      expect(await beats.check()).toBeUndefined();
    });

    test('are bounded in their number: the oldest is forgotten', async () => {
      const { beats } = (await makePlace()).open({ bounds: { ...BOUNDS, beats: 2 } });
      for (const [i, user] of ['ana', 'ben', 'ana', 'eve'].entries()) await beats.note(beat(user, NOW + i * HOUR));
      expect((await beats.all()).map(({ user }) => user)).toEqual(['ana', 'eve']);
      await beats.note(beat('eve', NOW - HOUR));
      expect((await beats.all()).map(({ user }) => user)).toEqual(['ana', 'eve']);
    });

    test('have their absence reported once, until the next beat', async () => {
      const place = await makePlace();
      const { beats } = place.open();
      await beats.note(beat('ana'));
      expect(await beats.markReported(beat('ana'), NOW + 2 * HOUR)).toBe(true);
      expect(await beats.markReported(beat('ana'), NOW + 3 * HOUR)).toBe(false);
      const reported = { ...beat('ana'), reportedAt: NOW + 2 * HOUR };
      expect(await place.open().beats.all()).toEqual([reported]);
      expect(await beats.note(beat('ana', NOW + 4 * HOUR))).toEqual(reported);
      expect(await beats.all()).toEqual([beat('ana', NOW + 4 * HOUR)]);
      // A beat that came while the report was made.
      expect(await beats.markReported(beat('ana'), NOW + 5 * HOUR)).toBe(false);
    });

    test('of a name that was given to another person are none of that person’s', async () => {
      const { beats } = (await makePlace()).open();
      await beats.note(beat('ana'));
      await beats.markReported(beat('ana'), NOW);
      expect(await beats.note({ ...beat('ana', NOW + HOUR), uid: 1002 })).toBeUndefined();
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are kept, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ beats }) => beats.note(beat('ana')),
        change: ({ beats }) => beats.note(beat('ana', NOW + HOUR)),
        async check({ beats }, _context, done) {
          const [last] = await beats.all();
          expect([NOW, NOW + HOUR]).toContain(last?.at);
          if (done) expect(last).toEqual(beat('ana', NOW + HOUR));
        },
      }),
    );
  });
}
