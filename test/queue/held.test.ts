import { expect, test } from 'vitest';
import type { Delivery } from '../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../src/core/destination.ts';
import { waitFor } from '../support/wait-for.ts';
import { AWAY, draft, openQueue, SENT, type TextPart } from './support/scripted-queue.ts';

/** As what holds them lets them go. */
const free = (delivery: Delivery<TextPart>): Delivery<TextPart> => ({ ...delivery, passes: { quiet: true } });
const heldDraft = (text: string, more: Parameters<typeof draft>[1] = {}) =>
  draft(text, { targets: [{ destination: linkedChat('ana', 1), muted: false, held: true }], ...more });

test('a delivery that is held back is in no lane, also after a restart, until it is let go', async () => {
  const box = await openQueue(() => SENT);
  const held = await box.queue.accept(heldDraft('at night'));
  await (await box.queue.accept(draft('urgent'))).settled;
  await box.reopen();
  await (await box.queue.accept(draft('urgent too'))).settled;
  expect(box.sent.map(({ say }) => say)).toEqual(['urgent', 'urgent too']);
  const [one, ...more] = box.queue.held('user:ana');
  expect([one?.to, more, box.queue.held('user:ben'), box.queue.size()]).toEqual(['user:ana', [], [], 1]);
  expect(box.queue.oldest()).toBeUndefined();
  expect(await box.queue.release(one?.delivery ?? '', free)).toBe(true);
  await waitFor(() => box.sent.length === 3);
  expect(box.queue.held()).toEqual([]);
  expect(await box.queue.release(one?.delivery ?? '', free)).toBe(false);
  expect(held.receipt.status).toBe('queued');
});

test('one whose turn comes while it is to be held leaves its lane, and what is behind it is sent', async () => {
  const box = await openQueue(() => SENT, { isHeld: (text) => text === 'mild' });
  await box.queue.accept(draft('mild'));
  await (await box.queue.accept(draft('high'))).settled;
  const [held] = await waitFor(() => box.queue.held().length > 0 && box.queue.held());
  await box.reopen();
  expect(box.queue.held()).toEqual([held]);
  await box.queue.release(held?.delivery ?? '', free);
  await waitFor(() => box.sent.length === 2);
  expect(box.sent.map(({ say }) => say)).toEqual(['high', 'mild']);
});

test('what Telegram may have already is not held', async () => {
  let isNight = false;
  const box = await openQueue((_part, _target, nth) => (nth === 1 ? { ...AWAY, unconfirmed: true } : SENT), {
    isHeld: () => isNight,
    unconfirmedWaits: [1],
  });
  const accepted = await box.queue.accept(draft('perhaps there'));
  await waitFor(() => box.reported.some((line) => line.startsWith('retrying')));
  isNight = true;
  box.queue.markOnline();
  expect((await accepted.settled).status).toBe('sent');
});

test('several destinations: the one that is held waits, the others have it', async () => {
  const box = await openQueue(() => SENT, { isHeld: () => false });
  const several = [1, 2].map((id) => ({
    destination: linkedChat(`u${id}`, id),
    muted: false,
    ...(id === 1 && { held: true as const }),
  }));
  await box.queue.accept(draft('to both', { targets: several }));
  // Each of several is asked about when its turn comes.
  await waitFor(() => box.sent.length === 2);
});

test.each(['summarized', 'muted', 'replaced', 'cancelled'] as const)(
  'one can end as %s without being sent',
  async (status) => {
    const box = await openQueue(() => SENT);
    await box.queue.accept(heldDraft('told elsewhere'));
    const [held] = box.queue.held();
    expect(await box.queue.end(held?.delivery ?? '', status)).toBe(true);
    expect(await box.queue.end(held?.delivery ?? '', status)).toBe(false);
    await box.reopen();
    expect([box.queue.size(), box.queue.held(), box.sent]).toEqual([0, [], []]);
    const lines = [];
    for await (const record of box.history.backwards(0)) lines.push([record.text, record.status]);
    expect(lines).toEqual([['told elsewhere', status]]);
  },
);

test('one that is withdrawn is not let go, and one that is let go meanwhile is withdrawn from its lane', async () => {
  for (const order of ['cancel first', 'release first']) {
    const box = await openQueue(() => ({ ...AWAY, after: 60_000 }));
    const accepted = await box.queue.accept(heldDraft('taken back'));
    expect((await accepted.settled).status).toBe('queued');
    const id = box.queue.held()[0]?.delivery ?? '';
    const both =
      order === 'cancel first'
        ? [box.queue.cancel(id), box.queue.release(id, free)]
        : [box.queue.release(id, free), box.queue.cancel(id)];
    const [first, second] = await Promise.all(both);
    if (order === 'cancel first') expect([first, second]).toEqual([true, false]);
    else expect(second).toBe(true);
    await waitFor(async () => (await accepted.current()).status === 'cancelled');
    await box.reopen();
    expect([box.queue.size(), box.queue.held()]).toEqual([0, []]);
  }
});
