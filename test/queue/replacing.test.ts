import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/delivery/outcome.ts';
import type { SendTarget } from '../../src/queue/ports.ts';
import { AWAY, draft, filesIn, openQueue, type Script } from './support/scripted-queue.ts';

interface Call {
  readonly say: string;
  readonly edits: number | undefined;
}

/** Sends or edits as the channel does, and notes the calls. */
function channel(before: (call: Call) => Outcome | undefined | Promise<Outcome | undefined> = () => undefined) {
  const calls: Call[] = [];
  let next = 100;
  const script: Script = async ({ say }, { edits, isKeyed }: SendTarget) => {
    const call = { say, edits: edits?.messageId };
    calls.push(call);
    const other = await before(call);
    if (other !== undefined) return other;
    next += 1;
    return { kind: 'sent', messageIds: [call.edits ?? next], ...(isKeyed === true && { form: { kind: 'text' } }) };
  };
  return { calls, script };
}

const keyed = (text: string, more: Parameters<typeof draft>[1] & { key?: string; source?: string } = {}) => {
  const { key = 'progress', source = 'backup.sh', ...rest } = more;
  return { ...draft(text, rest), summary: { text, key, source } };
};
const replacing = (text: string, more: Parameters<typeof keyed>[1] = {}) => ({ ...keyed(text, more), replace: true });
/** Longer than two edits of a message are apart. */
const LONG_MS = 2_000;

async function open(...args: Parameters<typeof channel>) {
  const { calls, script } = channel(...args);
  const box = await openQueue(script);
  const accept = (made: ReturnType<typeof draft>) => box.queue.accept(made);
  const settle = async (made: ReturnType<typeof draft>) => (await accept(made)).settled;
  return { box, calls, accept, settle };
}

describe('a delivery that replaces the message with its key', () => {
  test('edits the last one, also after a restart, and has its id', async () => {
    const { box, calls, settle } = await open();
    expect(await settle(keyed('10 %'))).toMatchObject({ status: 'sent', messageIds: [101] });
    box.clockAhead(LONG_MS);
    expect(await settle(replacing('20 %'))).toMatchObject({ status: 'sent', messageIds: [101] });
    await box.reopen();
    box.clockAhead(LONG_MS);
    expect(await settle(replacing('30 %'))).toMatchObject({ status: 'sent', messageIds: [101] });
    expect(calls.map(({ edits }) => edits)).toEqual([undefined, 101, 101]);
  });

  test.each<[string, ReturnType<typeof draft>]>([
    ['nothing was sent with its key', replacing('b', { key: 'other' })],
    ['another source sent it', replacing('b', { source: 'other.py' })],
    ['it went to another chat', replacing('b', { chatId: 2 })],
    ['it is in several parts', replacing('b', { parts: ['b', 'c'] })],
    ['it only has the key', keyed('b')],
  ])('is sent by itself where %s', async (_what, made) => {
    const { box, calls, settle } = await open();
    await settle(keyed('a'));
    box.clockAhead(LONG_MS);
    expect(await settle(made)).toMatchObject({ status: 'sent' });
    expect(calls.filter(({ edits }) => edits !== undefined)).toEqual([]);
  });

  test('is sent by itself where the last one was in several parts, or can’t be edited', async () => {
    const { box, calls, settle } = await open(({ say }) =>
      say === 'album' ? { kind: 'sent', messageIds: [1, 2] } : undefined,
    );
    await settle(keyed('a', { parts: ['a', 'b'] }));
    box.clockAhead(LONG_MS);
    await settle(replacing('c'));
    await settle(keyed('album'));
    box.clockAhead(LONG_MS);
    await settle(replacing('d'));
    expect(calls.filter(({ edits }) => edits !== undefined)).toEqual([]);
  });

  test('edits a message no sooner than Telegram bears, and holds nothing else up', async () => {
    const begun = Date.now();
    const { calls, accept, settle } = await open();
    await settle(keyed('10 %'));
    const { settled } = await accept(replacing('20 %'));
    await settle(draft('other'));
    expect(calls.map(({ say }) => say)).toEqual(['10 %', 'other']);
    await settled;
    expect(calls.at(-1)).toEqual({ say: '20 %', edits: 101 });
    expect(Date.now() - begun).toBeGreaterThanOrEqual(1_500);
  });

  test('is repeated as a message of its own after it failed', async () => {
    let works = false;
    const { box, calls, settle } = await open(({ edits }) =>
      edits !== undefined && !works ? { kind: 'failed', reason: 'no' } : undefined,
    );
    await settle(keyed('a'));
    box.clockAhead(LONG_MS);
    expect(await settle(replacing('b'))).toMatchObject({ status: 'failed' });
    works = true;
    const [failed = ''] = await filesIn(box.dataDir, 'failed');
    await box.queue.retry(failed.replace('.json', ''), async ({ destination }) => destination);
    await expect.poll(() => box.queue.size()).toBe(0);
    expect(calls.at(-1)).toEqual({ say: 'b', edits: undefined });
  });
});

describe('of a burst', () => {
  test('only the newest is sent; the others are settled without a call', async () => {
    let isAway = true;
    const { box, calls, accept } = await open(() => (isAway ? AWAY : undefined));
    const settled = [];
    for (const text of ['1', '2', '3', '4']) settled.push((await accept(replacing(text, { id: text }))).settled);
    const other = (await accept(replacing('x', { key: 'other' }))).settled;
    expect(await Promise.all(settled.slice(0, 3))).toMatchObject(
      Array.from({ length: 3 }, () => ({ status: 'replaced', messageIds: [] })),
    );
    expect(box.queue.size()).toBe(2);
    isAway = false;
    box.queue.markOnline();
    expect(await Promise.all([settled[3], other])).toMatchObject([{ status: 'sent' }, { status: 'sent' }]);
    expect(calls.map(({ say }) => say).filter((say) => say === '2' || say === '3')).toEqual([]);
    expect((await accept(replacing('1', { id: '1' }))).receipt).toMatchObject({ status: 'replaced' });
    const ends = box.changes.flatMap((one) => ('record' in one ? [`${one.record.text} ${one.change}`] : []));
    expect(ends.sort()).toEqual(['1 replaced', '2 replaced', '3 replaced', '4 sent', 'x sent']);
  });

  test('one that is being sent is sent, and the next edits its message', async () => {
    let answer = () => {};
    const { calls, accept } = await open(({ say }) => {
      if (say !== '1') return undefined;
      return new Promise((resolve) => {
        answer = () => resolve(undefined);
      });
    });
    const first = await accept(replacing('1'));
    await expect.poll(() => calls.length).toBe(1);
    const second = await accept(replacing('2'));
    answer();
    expect(await first.settled).toMatchObject({ status: 'sent', messageIds: [101] });
    expect(await second.settled).toMatchObject({ status: 'sent', messageIds: [101] });
  });

  test('those that replace nothing, and those for a later time, stay', async () => {
    let isAway = true;
    const { box, accept } = await open(() => (isAway ? AWAY : undefined));
    const all = [keyed('1'), replacing('2'), keyed('3'), { ...replacing('4'), sendAt: Date.now() + 3_600_000 }];
    for (const made of all) await accept(made);
    await expect.poll(() => box.reported.length).toBeGreaterThan(0);
    expect(box.queue.size()).toBe(4);
    isAway = false;
    box.queue.markOnline();
    await expect.poll(() => box.queue.size()).toBe(1);
  });

  test('the newest is known after a restart', async () => {
    let isAway = true;
    const { box, calls, accept } = await open(() => (isAway ? AWAY : undefined));
    await accept(replacing('1'));
    await box.reopen();
    await accept(replacing('2'));
    await expect.poll(() => box.queue.size()).toBe(1);
    isAway = false;
    box.queue.markOnline();
    await expect.poll(() => box.queue.size()).toBe(0);
    expect(calls.at(-1)).toMatchObject({ say: '2' });
  });

  test('turns of those that are not sent cost the limits of the chat nothing', async () => {
    const limits = { perSecond: 1000, perLanePerSecond: 1000, laneBurst: 100, perGroup: 4, groupWindow: 60_000 };
    const { calls, script } = channel();
    const box = await openQueue(script, { limits });
    const later = Date.now() + 500;
    const made = ['1', '2', '3', '4', '5', '6'].map((text) => ({ ...replacing(text, { chatId: -1 }), sendAt: later }));
    for (const one of made) await box.queue.accept(one);
    await expect.poll(() => box.queue.size()).toBe(0);
    for (const text of ['a', 'b']) await (await box.queue.accept(draft(text, { chatId: -1 }))).settled;
    // The first may have been under way when the second came.
    expect(calls.map(({ say }) => say).filter((say) => say !== '1')).toEqual(['6', 'a', 'b']);
  });
});
