import { describe, expect, test } from 'vitest';
import { BOUNDS } from '../../../src/storage/bounds.ts';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const RUN = { user: 'ana', script: 'rev.py', chatId: -5, threadId: 7, begunAt: 1_700_000_000_000 };
const HOUR = 3_600_000;

export function describeRuns({ makePlace }: Implementation): void {
  describe('runs', () => {
    test('begin once for an update, and stay until they end, also in the next process', async () => {
      const place = await makePlace();
      const { runs } = place.open();
      expect([await runs.begin('7:1', RUN), await runs.begin('7:1', RUN)]).toEqual([true, false]);
      await runs.note('7:1', { messageId: 9 });
      await runs.note('7:1', { unit: 'notify-run-1000-0123456789ab.service' });
      const summary = { mark: '✅', name: 'rev.py', words: 'sent' };
      await runs.note('7:1', { summary });
      const next = place.open().runs;
      expect(await next.left()).toEqual([
        ['7:1', { ...RUN, messageId: 9, unit: 'notify-run-1000-0123456789ab.service', summary }],
      ]);
      await next.end('7:1');
      expect([await runs.left(), await runs.knows('7:1'), await runs.begin('7:1', RUN)]).toEqual([[], true, false]);
      expect(await runs.check()).toBeUndefined();
    });

    test('are bounded in their number, those that go on and those that ended', async () => {
      const bounds = { ...BOUNDS, runs: { begun: 2, ended: 2 } };
      const { runs } = (await makePlace()).open({ now: () => RUN.begunAt, bounds });
      for (const update of ['7:1', '7:2']) await runs.begin(update, RUN);
      await expect(runs.begin('7:3', RUN)).rejects.toMatchObject({ code: 'too_many_runs' });
      for (const update of ['7:1', '7:2', '7:3', '7:4']) {
        await runs.begin(update, RUN).catch(() => {});
        await runs.end(update);
      }
      await runs.begin('7:5', RUN);
      const known = await Promise.all(['7:1', '7:2', '7:3', '7:4'].map((update) => runs.knows(update)));
      expect(known).toEqual([false, false, true, true]);
    });

    test('are known for a day after their end', async () => {
      let now = 1_700_000_000_000;
      const { runs } = (await makePlace()).open({ now: () => now });
      await runs.begin('7:1', RUN);
      await runs.end('7:1');
      now += 24 * HOUR;
      await runs.begin('7:2', RUN);
      expect(await runs.knows('7:1')).toBe(true);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('that were answered are known, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        arrange: async ({ runs }) => void (await runs.begin('7:1', RUN)),
        change: ({ runs }) => runs.begin('7:2', RUN),
        async check({ runs }, _context, done) {
          expect(await runs.knows('7:1')).toBe(true);
          if (done) expect(await runs.begin('7:2', RUN)).toBe(false);
          expect((await runs.left())[0]).toEqual(['7:1', RUN]);
        },
      }),
    );
  });
}
