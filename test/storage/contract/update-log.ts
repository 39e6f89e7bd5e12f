import { describe, expect, test } from 'vitest';
import { fillEverywhere, type Implementation, killEverywhere } from '../support/place.ts';

const BOT = 77;
const update = (update_id: number) => ({ update_id });

export function describeUpdateLog({ makePlace }: Implementation): void {
  describe('the update log', () => {
    test('keeps an update for each consumer until that one acknowledges it, also for the next process', async () => {
      const place = await makePlace();
      const { updateLog } = place.open();
      await updateLog.open(BOT, ['chat', 'inbox']);
      await updateLog.append([update(1), update(2)]);
      await updateLog.append([update(2), update(3)]);
      await updateLog.ack('chat', 1);
      await updateLog.ack('inbox', 3);
      const backlog = await place.open().updateLog.open(BOT, ['chat', 'inbox']);
      expect(backlog.get('chat')?.updates).toEqual([update(2), update(3)]);
      expect(backlog.get('inbox')?.updates).toEqual([update(1), update(2)]);
      expect((await place.open().updateLog.open(BOT + 1, ['chat'])).get('chat')?.updates).toEqual([]);
    });

    test.each([
      ['the process is killed', killEverywhere],
      ['the storage fills up', fillEverywhere],
    ])('keeps every answered update, wherever %s', (_what, interrupt) =>
      interrupt({
        makePlace,
        async arrange({ updateLog }) {
          await updateLog.open(BOT, ['chat']);
          await updateLog.append([update(1)]);
        },
        change: ({ updateLog }) => updateLog.append([update(2)]),
        async check(_storage, _context, done, place) {
          const backlog = await place.open().updateLog.open(BOT, ['chat']);
          const kept = backlog.get('chat')?.updates.map(({ update_id }) => update_id) ?? [];
          expect(kept[0]).toBe(1);
          if (done) expect(kept).toEqual([1, 2]);
        },
      }),
    );
  });
}
