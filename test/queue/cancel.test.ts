import { describe, expect, test } from 'vitest';
import { AWAY, draft, openQueue, SENT } from './support/scripted-queue.ts';

const idsOf = (box: Awaited<ReturnType<typeof openQueue>>) => box.queue.queued().map(({ delivery }) => delivery);

describe('a delivery that is withdrawn', () => {
  test('is not sent, is in the history, and delays nothing behind it', async () => {
    const box = await openQueue(() => SENT);
    const { settled } = await box.queue.accept({ ...draft('never'), sendAt: Date.now() + 60_000 });
    const [delivery = ''] = idsOf(box);
    expect(await box.queue.cancel(delivery)).toBe(true);
    expect(await settled).toMatchObject({ status: 'cancelled' });
    expect(await box.queue.cancel('0mdq3x8k2vf-5b1c9a04')).toBe(false);
    await (await box.queue.accept(draft('next'))).settled;
    expect(box.sent.map(({ say }) => say)).toEqual(['next']);
    expect(box.changes.map(({ change }) => change)).toContain('cancelled');
    await box.reopen();
    expect(box.queue.size()).toBe(0);
  });

  test('while it is being sent counts as sent', async () => {
    let answer = (_: typeof SENT) => {};
    let calls = 0;
    const box = await openQueue(() => {
      calls += 1;
      return new Promise((resolve) => {
        answer = resolve;
      });
    });
    const { settled } = await box.queue.accept(draft('on its way'));
    await expect.poll(() => calls).toBe(1);
    const cancelled = box.queue.cancel(idsOf(box)[0] ?? '');
    answer(SENT);
    expect(await cancelled).toBe(false);
    expect(await settled).toMatchObject({ status: 'sent' });
  });

  test('after a failed try is not tried again', async () => {
    let calls = 0;
    const box = await openQueue(() => {
      calls += 1;
      return { ...AWAY, after: 50 } as typeof AWAY;
    });
    const { settled } = await box.queue.accept(draft('away'));
    await expect.poll(() => calls).toBeGreaterThan(0);
    expect(await box.queue.cancel(idsOf(box)[0] ?? '')).toBe(true);
    expect(await settled).toMatchObject({ status: 'cancelled' });
    const before = calls;
    // Longer than the wait for the next try.
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(calls).toBe(before);
    expect(box.reported.filter((line) => line.startsWith('corrupt'))).toEqual([]);
  });

  test('after its first part keeps that, and sends no more', async () => {
    let second: ((outcome: typeof SENT) => void) | undefined;
    const box = await openQueue((part) => {
      if (part.say === 'one') return SENT;
      return new Promise((resolve) => {
        second = resolve;
      });
    });
    const { settled } = await box.queue.accept(draft('x', { parts: ['one', 'two', 'three'] }));
    await expect.poll(() => second).toBeDefined();
    const cancelled = box.queue.cancel(idsOf(box)[0] ?? '');
    second?.(SENT);
    expect(await cancelled).toBe(true);
    expect(await settled).toMatchObject({ status: 'cancelled', messageIds: [7, 7] });
    expect(box.sent.map(({ say }) => say)).toEqual(['one', 'two']);
  });

  test('of several destinations is withdrawn alone, also right after it was accepted', async () => {
    const box = await openQueue(() => SENT);
    const { settled } = await box.queue.accept(
      draft('x', { to: [1, 2, 3], sendAt: Date.now() + 200 } as Parameters<typeof draft>[1]),
    );
    const [, second = ''] = idsOf(box);
    expect(await box.queue.cancel(second)).toBe(true);
    expect((await settled).deliveries?.map(({ status }) => status)).toEqual(['sent', 'cancelled', 'sent']);
    await box.reopen();
    expect(box.queue.size()).toBe(0);
  });

  test('takes no share of what its chat may get', async () => {
    let answer = (_: typeof SENT) => {};
    const limits = { perSecond: 1e6, perLanePerSecond: 1e6, laneBurst: 1e6, perGroup: 3, groupWindow: 600_000 };
    const box = await openQueue(({ say }) => (say === 'first' ? new Promise((resolve) => (answer = resolve)) : SENT), {
      limits,
    });
    const toGroup = (text: string) => box.queue.accept(draft(text, { chatId: -5 }));
    await toGroup('first');
    await toGroup('cancelled');
    await toGroup('second');
    expect(await box.queue.cancel(idsOf(box)[1] ?? '')).toBe(true);
    answer(SENT);
    await (await toGroup('third')).settled;
    expect(box.sent.map(({ say }) => say)).toEqual(['first', 'second', 'third']);
  });

  test('two who ask at once get the same answer', async () => {
    const box = await openQueue(() => SENT);
    await box.queue.accept({ ...draft('never'), sendAt: Date.now() + 60_000 });
    const [delivery = ''] = idsOf(box);
    expect(await Promise.all([box.queue.cancel(delivery), box.queue.cancel(delivery)])).toEqual([true, true]);
  });
});
