import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const BOB = { person: 'bob', from: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 0, 2), by: 'root' };
const CAROL = { ...BOB, person: 'carol' };
const ALICE_ON_CALL = { person: 'alice', since: Date.UTC(2025, 11, 29), notice: 'id-1' };

export function describeRotations({ makePlace }: Implementation): void {
  describe('rotations', () => {
    test('are kept, also for the next process, and go with the last that is known of them', async () => {
      const place = await makePlace();
      const { rotations } = place.open();
      expect(await rotations.all()).toEqual(new Map());
      await rotations.change('primary', ({ overrides }) => ({ overrides: [...overrides, BOB], onCall: ALICE_ON_CALL }));
      await rotations.change('primary', (stored) => ({ ...stored, overrides: [...stored.overrides, CAROL] }));
      const again = place.open().rotations;
      expect(await again.all()).toEqual(new Map([['primary', { overrides: [BOB, CAROL], onCall: ALICE_ON_CALL }]]));
      await again.change('primary', () => ({ overrides: [] }));
      expect(await rotations.all()).toEqual(new Map());
      expect(await rotations.check()).toBeUndefined();
    });

    test('are bounded, and so are the overrides of one', async () => {
      const bounds = { ...BOUNDS, rotations: { overrides: 1, rotations: 1 } };
      const { rotations } = (await makePlace()).open({ bounds });
      await rotations.change('primary', () => ({ overrides: [BOB] }));
      const tooMany = { code: 'too_many_overrides' };
      await expect(rotations.change('primary', () => ({ overrides: [BOB, CAROL] }))).rejects.toMatchObject(tooMany);
      await expect(rotations.change('other', () => ({ overrides: [BOB] }))).rejects.toMatchObject(tooMany);
      expect([...(await rotations.all())].map(([name]) => name)).toEqual(['primary']);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are kept, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: ({ rotations }) => rotations.change('primary', () => ({ overrides: [BOB] })),
        change: ({ rotations }) => rotations.change('primary', () => ({ overrides: [BOB, CAROL] })),
        async check({ rotations }, _context, done) {
          const count = (await rotations.all()).get('primary')?.overrides.length ?? 0;
          expect([1, 2]).toContain(count);
          if (done) expect(count).toBe(2);
        },
      }),
    );
  });
}
