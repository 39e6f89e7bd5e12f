import { describe, expect, test } from 'vitest';
import type { RecordChange } from '../../../src/storage/ports.ts';
import { fillEverywhere, type Implementation, killEverywhere, type TestStorage } from '../support/place.ts';

const put = (key: string, n: number): RecordChange => ({ kind: 'alert', key, value: { n } });
const remove = (key: string): RecordChange => ({ kind: 'alert', key, value: undefined });

/** The values of what is stored, by kind and key. */
async function found({ alertRecords }: TestStorage): Promise<Record<string, unknown>> {
  const records = await alertRecords.open();
  return Object.fromEntries(records.map(({ kind, key, value }) => [`${kind} ${key}`, value.n]));
}

export function describeRecords({ makePlace }: Implementation): void {
  describe('records', () => {
    test('are what was written last, also in the next process, and each feature has its own', async () => {
      const place = await makePlace();
      const { alertRecords, heldRecords } = place.open();
      expect([await alertRecords.open(), await heldRecords.open()]).toEqual([[], []]);
      await alertRecords.write([put('a', 1), put('b', 1), { kind: 'silence', key: 'a', value: { n: 9, why: ' \n☂' } }]);
      await alertRecords.write([put('a', 2), remove('b'), remove('never there')]);
      await heldRecords.write([{ kind: 'item', key: 'a', value: {} }]);
      const next = place.open();
      expect(await next.alertRecords.open()).toEqual([
        { kind: 'alert', key: 'a', value: { n: 2 } },
        { kind: 'silence', key: 'a', value: { n: 9, why: ' \n☂' } },
      ]);
      expect(await next.heldRecords.open()).toEqual([{ kind: 'item', key: 'a', value: {} }]);
    });

    test('written at the same time count in the order of the calls', async () => {
      const place = await makePlace();
      const { alertRecords } = place.open();
      await alertRecords.open();
      const writes = Array.from({ length: 500 }, (_, n) => alertRecords.write([put(`k${n % 7}`, n), put('last', n)]));
      await Promise.all(writes);
      expect(await found(place.open())).toMatchObject({ 'alert last': 499, 'alert k0': 497, 'alert k6': 496 });
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('of one write are kept all or none, and those of earlier writes stay, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        async arrange({ alertRecords }) {
          await alertRecords.open();
          await alertRecords.write([put('a', 1), put('b', 1)]);
        },
        change: ({ alertRecords }) => alertRecords.write([put('a', 2), remove('b'), put('c', 2)]),
        async check(storage, _context, done, place) {
          const before = { 'alert a': 1, 'alert b': 1 };
          const after = { 'alert a': 2, 'alert c': 2 };
          const now = await found(place.open());
          if (done) expect(now).toEqual(after);
          else expect([before, after]).toContainEqual(now);
          if (interrupt === fillEverywhere) {
            if (!done) expect(now, 'a write that throws has changed nothing').toEqual(before);
            // There is room again: the same process goes on.
            await storage.alertRecords.write([put('d', 3)]);
            expect(await found(place.open())).toEqual({ ...now, 'alert d': 3 });
          }
        },
      }),
    );
  });
}
