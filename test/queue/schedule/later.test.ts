import { describe, expect, test } from 'vitest';
import { createLater } from '../../../src/queue/schedule/later.ts';
import { draft, openQueue, SENT } from '../support/scripted-queue.ts';

describe('what is for later', () => {
  test('is handed over at its time, the earliest first, and those of one time in their order', async () => {
    const released: string[] = [];
    const start = Date.now();
    const later = createLater<string>(
      () => Date.now(),
      (item) => released.push(item),
    );
    later.add('third', start + 120);
    later.add('first', start + 60);
    later.add('second', start + 60);
    later.add('now', start);
    expect([released, later.size()]).toEqual([['now'], 3]);
    await expect.poll(() => released).toEqual(['now', 'first', 'second', 'third']);
    expect(Date.now()).toBeGreaterThanOrEqual(start + 120);
  });

  test('is not handed over before its time when the clock is set back', async () => {
    let back = 0;
    let released = false;
    const later = createLater<string>(
      () => Date.now() - back,
      () => {
        released = true;
      },
    );
    later.add('x', Date.now() + 50);
    back = 150;
    const before = Date.now();
    await expect.poll(() => released).toBe(true);
    expect(Date.now() - before).toBeGreaterThanOrEqual(150);
  });

  test('is not kept, nor handed over, when it is removed', async () => {
    const released: string[] = [];
    const later = createLater<string>(
      () => Date.now(),
      (item) => released.push(item),
    );
    for (const [item, ms] of [
      ['third', 90],
      ['first', 30],
      ['second', 60],
    ] as const)
      later.add(item, Date.now() + ms);
    expect([later.remove((item) => item === 'first'), later.remove((item) => item === 'first')]).toEqual([true, false]);
    expect(later.size()).toBe(2);
    await expect.poll(() => released).toEqual(['second', 'third']);
  });

  test('stays where it is after a stop', async () => {
    const released: string[] = [];
    const later = createLater<string>(
      () => Date.now(),
      (item) => released.push(item),
    );
    later.add('x', Date.now() + 20);
    later.stop();
    later.add('y', Date.now() - 1);
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(released).toEqual([]);
  });
});

const HOUR = 3_600_000;
const inAnHour = (text: string, more: object = {}) => ({ ...draft(text), sendAt: Date.now() + HOUR, ...more });

describe('a message that is to be sent later', () => {
  test('is sent at its time and delays nothing before', async () => {
    const box = await openQueue(() => SENT);
    const sendAt = Date.now() + 200;
    const { receipt, settled } = await box.queue.accept({ ...draft('later'), sendAt });
    expect(receipt).toMatchObject({ status: 'queued', sendAt: new Date(sendAt).toISOString() });
    await (await box.queue.accept(draft('at once'))).settled;
    expect(box.sent.map(({ say }) => say)).toEqual(['at once']);
    expect(await settled).toMatchObject({ status: 'sent' });
    expect(Date.now()).toBeGreaterThanOrEqual(sendAt);
  });

  test('waits across restarts, and is sent when its time came meanwhile', async () => {
    const box = await openQueue(() => SENT);
    await box.queue.accept(inAnHour('later'));
    await box.reopen();
    await (await box.queue.accept(draft('at once'))).settled;
    expect(box.sent.map(({ say }) => say)).toEqual(['at once']);
    expect([box.queue.size(), box.queue.oldest()]).toEqual([1, undefined]);
    box.clockAhead(HOUR);
    await box.reopen();
    await expect.poll(() => box.sent.map(({ say }) => say)).toEqual(['at once', 'later']);
  });

  test('is recorded only where its reader has muted it by then', async () => {
    let muted = false;
    const box = await openQueue(() => SENT, { isMuted: () => muted });
    const { settled } = await box.queue.accept({ ...draft('later'), sendAt: Date.now() + 100 });
    muted = true;
    expect(await settled).toMatchObject({ status: 'muted' });
    expect(box.sent).toEqual([]);
    expect(box.queue.size()).toBe(0);
    // What is sent at once was asked before it was accepted.
    await (await box.queue.accept(draft('at once'))).settled;
    expect(box.sent.map(({ say }) => say)).toEqual(['at once']);
  });

  test('is refused for a time in the past; a repeated request whose time has come is not', async () => {
    const box = await openQueue(() => SENT);
    const past = { ...draft('late'), sendAt: Date.now() - 1 };
    await expect(box.queue.accept(past)).rejects.toMatchObject({
      code: 'bad_field',
      message: expect.stringMatching(/^at: .* is in the past\.$/),
    });
    const soon = { ...draft('soon', { id: 'a' }), sendAt: Date.now() + 50 };
    const { settled } = await box.queue.accept(soon);
    await settled;
    expect((await box.queue.accept(soon)).receipt).toMatchObject({ id: 'a', status: 'sent' });
  });

  test('may not be one of more than a thousand of a user, also of those that are stored at the same time', async () => {
    const box = await openQueue(() => SENT, { capacity: 10_000 });
    const to = Array.from({ length: 50 }, (_, chat) => chat + 1);
    const asked = Array.from({ length: 30 }, (_, i) =>
      box.queue.accept({ ...draft(`m${i}`, { to }), sendAt: Date.now() + 3_600_000 }),
    );
    const refused = (await Promise.allSettled(asked)).filter(({ status }) => status === 'rejected');
    expect([refused.length, box.queue.size()]).toEqual([10, 1000]);
  });

  test('of a user with few has a place where others have all that the outbox keeps for it', async () => {
    const box = await openQueue(() => SENT, { capacity: 200 });
    const of = (user: string) => box.queue.accept({ ...draft('x', { user }), sendAt: Date.now() + 3_600_000 });
    for (let i = 0; i < 100; i += 1) await of('ana');
    await expect(of('ana')).rejects.toMatchObject({ code: 'too_many_scheduled' });
    expect((await of('ben')).receipt.status).toBe('queued');
  });

  test('may not be one of more than half of what the outbox holds', async () => {
    const box = await openQueue(() => SENT, { capacity: 20 });
    for (let i = 0; i < 10; i += 1) await box.queue.accept(inAnHour(`m${i}`));
    await expect(box.queue.accept(inAnHour('more'))).rejects.toMatchObject({ code: 'too_many_scheduled' });
    await (await box.queue.accept(draft('at once'))).settled;
    expect(box.sent).toHaveLength(1);
  });
});
