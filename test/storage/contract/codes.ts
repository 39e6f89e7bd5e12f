import { describe, expect, test } from 'vitest';
import type { Taken } from '../../../src/storage/ports.ts';
import { type Implementation, killEverywhere, type TestStorage } from '../support/place.ts';

const NOW = Date.parse('2026-06-30T12:00:00Z');
const MINUTE = 60_000;
const CHAT = { id: -5, type: 'supergroup', name: 'Ops', threadId: 7 };
const ANA = { user: 'ana', uid: 1001 };
const OPS = { name: 'ops', owner: ANA, senders: ['%analysts', 'ben'] };

/** The kinds of one-time secrets, which keep the same promises. */
const KINDS = [
  {
    what: 'codes',
    value: CHAT,
    issue: async ({ codes }: TestStorage) => (await codes.issue(CHAT)).code,
    redeem: ({ codes }: TestStorage, secret: string): Promise<Taken<unknown>> => codes.redeem(secret),
  },
  {
    what: 'deep links',
    value: ANA,
    issue: async ({ deepLinks }: TestStorage) => (await deepLinks.issue(ANA.user, ANA.uid)).token,
    redeem: ({ deepLinks }: TestStorage, secret: string): Promise<Taken<unknown>> => deepLinks.redeem(secret),
  },
  {
    what: 'codes of destinations',
    value: OPS,
    issue: async ({ registrationCodes }: TestStorage) => (await registrationCodes.issue(OPS)).code,
    redeem: ({ registrationCodes }: TestStorage, secret: string): Promise<Taken<unknown>> =>
      registrationCodes.redeem(secret),
  },
] as const;

export function describeCodes({ makePlace }: Implementation): void {
  describe.each(KINDS)('$what', ({ value, issue, redeem }) => {
    test('are good once, also in the next process', async () => {
      const place = await makePlace();
      const secret = await issue(place.open());
      expect(await redeem(place.open(), `${secret}x`)).toEqual({ outcome: 'unknown' });
      expect(await redeem(place.open(), secret)).toMatchObject({ outcome: 'ok', value });
      expect(await redeem(place.open(), secret)).toEqual({ outcome: 'unknown' });
    });

    test('are good for one of the callers that take them at once', async () => {
      const place = await makePlace();
      const secret = await issue(place.open());
      const outcomes = await Promise.all(Array.from({ length: 6 }, () => redeem(place.open(), secret)));
      expect(outcomes.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
    });

    test('expire after ten minutes, and end their owner’s earlier one', async () => {
      let now = NOW;
      const place = await makePlace();
      const storage = place.open({ now: () => now });
      const [first, second] = [await issue(storage), await issue(storage)];
      expect(await redeem(storage, first)).toEqual({ outcome: 'unknown' });
      now += 10 * MINUTE;
      expect(await redeem(storage, second)).toEqual({ outcome: 'expired' });
    });

    test('that are given back are good again', async () => {
      const storage = (await makePlace()).open();
      const secret = await issue(storage);
      const taken = await redeem(storage, secret);
      if (taken.outcome === 'ok') await taken.giveBack();
      expect(await redeem(storage, secret)).toMatchObject({ outcome: 'ok' });
    });

    test('are never good twice, and never lost before they are taken, wherever the process is killed', () =>
      killEverywhere({
        makePlace,
        arrange: issue,
        change: async (storage, secret) => expect(await redeem(storage, secret)).toMatchObject({ outcome: 'ok' }),
        async check(next, secret, done) {
          const { outcome } = await redeem(next, secret);
          if (done) expect(outcome).toBe('unknown');
          expect(await redeem(next, secret)).toEqual({ outcome: 'unknown' });
        },
      }));

    test('that were issued are good, wherever the process is killed while another one is issued', () =>
      killEverywhere({
        makePlace,
        arrange: async () => ({ issued: undefined as string | undefined }),
        async change(storage, context) {
          context.issued = await issue(storage);
        },
        async check(next, { issued }) {
          if (issued !== undefined) expect(await redeem(next, issued)).toMatchObject({ outcome: 'ok', value });
          expect(await redeem(next, await issue(next))).toMatchObject({ outcome: 'ok' });
        },
      }));
  });
}
