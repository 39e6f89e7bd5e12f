import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const ANA = { user: 'ana', uid: 1001 };
const BEN = { user: 'ben', uid: 1002 };

export function describePeople({ makePlace }: Implementation): void {
  describe('people’s settings', () => {
    test('are kept, also for the next process, and go when the last of an account is taken away', async () => {
      const place = await makePlace();
      const { people } = place.open();
      expect(await people.find(ANA)).toEqual({});
      expect(await people.change(ANA, () => ({ quiet: '22:00-07:00', digest: '15m' }))).toEqual({
        quiet: '22:00-07:00',
        digest: '15m',
      });
      await people.change(BEN, () => ({ timezone: 'Europe/Berlin' }));
      await people.change(ANA, ({ quiet: _, ...rest }) => rest);
      const again = place.open().people;
      expect(await again.find(ANA)).toEqual({ digest: '15m' });
      await again.change(ANA, () => ({}));
      const last = place.open().people;
      expect([await last.find(ANA), await last.find(BEN)]).toEqual([{}, { timezone: 'Europe/Berlin' }]);
      expect(await people.check()).toBeUndefined();
    });

    test('of a name that was given to another person are none of that person’s', async () => {
      const { people } = (await makePlace()).open();
      await people.change(ANA, () => ({ quiet: '22:00-07:00' }));
      const other = { user: 'ana', uid: 2001 };
      expect(await people.find(other)).toEqual({});
      expect(await people.find({ user: 'ana', uid: undefined })).toEqual({ quiet: '22:00-07:00' });
      await people.change(other, (settings) => ({ ...settings, digest: '1h' }));
      expect([await people.find(other), await people.find(ANA)]).toEqual([{ digest: '1h' }, {}]);
    });

    test('are bounded in their number; who has some can still change them', async () => {
      const { people } = (await makePlace()).open({ bounds: { ...BOUNDS, people: 1 } });
      await people.change(ANA, () => ({ digest: '15m' }));
      await expect(people.change(BEN, () => ({ digest: '15m' }))).rejects.toMatchObject({ code: 'too_many_settings' });
      await people.change(ANA, () => ({ digest: '1h' }));
      expect([await people.find(ANA), await people.find(BEN)]).toEqual([{ digest: '1h' }, {}]);
      await people.change(ANA, () => ({}));
      await people.change(BEN, () => ({ digest: '15m' }));
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are kept, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ people }) => people.change(ANA, () => ({ digest: '15m' })),
        change: ({ people }) => people.change(ANA, () => ({ digest: '1h' })),
        async check({ people }, _context, done) {
          const { digest } = await people.find(ANA);
          expect(['15m', '1h']).toContain(digest);
          if (done) expect(digest).toBe('1h');
        },
      }),
    );
  });
}
