import { describe, expect, test } from 'vitest';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const NOW = Date.parse('2026-06-30T12:00:00Z');
const HOUR = 3_600_000;

export function describeMutes({ makePlace }: Implementation): void {
  describe('mutes', () => {
    test('hold back everything, or one script, until their time, also in the next process', async () => {
      let now = NOW;
      const place = await makePlace();
      const open = () => place.open({ now: () => now }).mutes;
      await open().mute('ana', NOW + HOUR);
      await open().mute('ben', NOW + 2 * HOUR, 'rev.py');
      const mutes = open();
      expect(await mutes.isMuted('ana', undefined)).toEqual({ until: NOW + HOUR });
      expect(await mutes.isMuted('ben', 'rev')).toEqual({ until: NOW + 2 * HOUR });
      expect([await mutes.isMuted('ben', 'rev.sh'), await mutes.isMuted('ben', undefined)]).toEqual([false, false]);
      expect(await mutes.list('ben')).toEqual({ scripts: [{ name: 'rev.py', until: NOW + 2 * HOUR }] });
      now += HOUR;
      expect([await mutes.isMuted('ana', undefined), await mutes.list('ana')]).toEqual([false, { scripts: [] }]);
    });

    test('are lifted one by one, or all', async () => {
      const { mutes } = (await makePlace()).open({ now: () => NOW });
      await mutes.mute('ana', NOW + HOUR);
      await mutes.mute('ana', NOW + HOUR, 'rev.py');
      expect(await mutes.unmute('ana', 'rev')).toBe(true);
      expect(await mutes.unmute('ana', 'rev')).toBe(false);
      expect(await mutes.unmute('ana')).toBe(true);
      expect(await mutes.list('ana')).toEqual({ scripts: [] });
      expect(await mutes.check()).toBeUndefined();
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are kept, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ mutes }) => mutes.mute('ana', Date.now() + HOUR, 'rev.py'),
        change: ({ mutes }) => mutes.mute('ana', Date.now() + HOUR),
        async check({ mutes }, _context, done) {
          const { all, scripts } = await mutes.list('ana');
          expect(scripts.map(({ name }) => name)).toEqual(['rev.py']);
          if (done) expect(all).toBeGreaterThan(Date.now());
        },
      }),
    );
  });
}
