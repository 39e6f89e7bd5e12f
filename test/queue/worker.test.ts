import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/delivery/outcome.ts';
import { linkedChat } from '../../src/core/destination.ts';
import { waitFor } from '../support/wait-for.ts';
import { AWAY, draft, filesIn, openQueue, SENT } from './support/scripted-queue.ts';

const DAY = 24 * 3_600_000;

describe('delivering', () => {
  test('a chat gets everything in order, though attempts fail', async () => {
    const box = await openQueue((_part, _target, nth) => (nth % 3 === 0 ? ({ ...AWAY, after: 5 } as Outcome) : SENT));
    const all = [];
    for (let i = 0; i < 12; i += 1) all.push((await box.queue.accept(draft(`m${i}`))).settled);
    await Promise.all(all);
    expect(box.sent.map((s) => s.say)).toEqual(Array.from({ length: 12 }, (_, i) => `m${i}`));
  });

  test('a crash between two parts goes on with the second', async () => {
    let away = false;
    const box = await openQueue((part) => {
      if (part.say === 'second' && !away) {
        away = true;
        return AWAY;
      }
      return SENT;
    });
    await box.queue.accept(draft('both', { parts: ['first', 'second'] }));
    await waitFor(() => box.reported.some((t) => t.startsWith('retrying')));
    await box.reopen();
    await waitFor(() => box.queue.size() === 0);
    expect(box.sent.map((s) => s.say)).toEqual(['first', 'second']);
  });

  test('a permanent failure is answered, recorded and kept', async () => {
    const box = await openQueue(() => ({ kind: 'failed', reason: 'blocked', unreachable: true }));
    const { settled } = await box.queue.accept(draft('never'));
    expect(await settled).toMatchObject({ status: 'failed', error: 'blocked' });
    await waitFor(() => box.reported.length > 0);
    expect(box.reported).toEqual(['failed never: blocked (unreachable)']);
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
    expect(await filesIn(box.dataDir, 'failed')).toHaveLength(1);
    expect((await box.spool.failed()).deliveries[0]).toMatchObject({ lastError: 'blocked' });
  });

  test('a failed delivery can be sent again, with its file, once', async () => {
    let answer: Outcome = { kind: 'failed', reason: 'blocked' };
    const box = await openQueue(() => answer);
    const file = await box.stage('picture');
    await (await box.queue.accept(draft('again', { id: 'x', files: [file] }))).settled;
    const [failed] = (await box.spool.failed()).deliveries;
    answer = SENT;
    await box.queue.retry(failed?.delivery ?? '', async () => linkedChat('ana', 99));
    await waitFor(() => box.queue.size() === 0);
    expect(box.sent).toEqual([{ chatId: 99, say: 'again' }]);
    expect(await filesIn(box.dataDir, 'failed')).toEqual([]);
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
    await expect(box.queue.retry(failed?.delivery ?? '', async () => linkedChat('ana', 99))).rejects.toMatchObject({
      code: 'unknown_delivery',
    });
    await expect(box.queue.retry('../../etc/passwd', async () => linkedChat('ana', 99))).rejects.toMatchObject({
      code: 'unknown_delivery',
    });
    expect((await box.queue.accept(draft('again', { id: 'x' }))).receipt.status).toBe('sent');
  });

  test('what was tried for more than a day is given up with its reason', async () => {
    const box = await openQueue(() => ({ ...AWAY, after: 1 }) as Outcome);
    await box.queue.accept(draft('patience'));
    await waitFor(() => box.reported.length > 3);
    expect(box.queue.size()).toBe(1);
    await box.reopen();
    await box.queue.stop(100);
    const [name] = await filesIn(box.dataDir, 'outbox');
    const path = join(box.dataDir, 'outbox', name ?? '');
    const delivery = JSON.parse(await readFile(path, 'utf8'));
    expect(delivery.tried_ms).toBeLessThan(60_000);
    await writeFile(path, JSON.stringify({ ...delivery, tried_ms: DAY + 3_600_000 }));
    await box.reopen();
    await waitFor(() => box.queue.size() === 0);
    expect(box.reported.at(-1)).toBe('failed patience: Gave up after more than 24 hours: away');
  });

  test('a bound on the tries counts those that fail while the channel answers others, also after a restart', async () => {
    const server = { kind: 'retry', scope: 'server', reason: 'bad gateway', after: 1 } as const;
    const box = await openQueue(({ say }) => (say === 'bounded' ? server : { kind: 'sent', messageIds: [1] }));
    await box.queue.accept({ ...draft('bounded'), mostTries: 3 });
    await waitFor(() => box.queue.size() === 0);
    expect(box.reported).toEqual([
      'retrying bounded: bad gateway',
      'retrying bounded: bad gateway',
      'failed bounded: Gave up after 3 tries: bad gateway',
    ]);
    const away = await openQueue(() => AWAY as Outcome);
    await away.queue.accept({ ...draft('away'), mostTries: 1 });
    await waitFor(() => away.reported.length > 0);
    expect(away.reported).toEqual(['retrying away: away']);
    await away.queue.stop(100);
    const [name] = await filesIn(away.dataDir, 'outbox');
    const stored = JSON.parse(await readFile(join(away.dataDir, 'outbox', name ?? ''), 'utf8'));
    expect(stored).toMatchObject({ most_tries: 1, attempts: 0 });
  });

  test('what waits for a token to be mended is never given up', async () => {
    const box = await openQueue(() => ({ kind: 'retry', scope: 'token', reason: 'unauthorized', after: 1 }));
    await box.queue.accept(draft('patience'));
    await waitFor(() => box.reported.length > 3);
    const [name] = await filesIn(box.dataDir, 'outbox');
    const delivery = JSON.parse(await readFile(join(box.dataDir, 'outbox', name ?? ''), 'utf8'));
    expect(delivery.tried_ms).toBe(0);
  });

  test('one user who fills the outbox does not keep out another', async () => {
    const box = await openQueue(() => AWAY, { capacity: 200 });
    for (let i = 0; i < 200; i += 1) await box.queue.accept(draft(`m${i}`));
    await expect(box.queue.accept(draft('more'))).rejects.toMatchObject({ code: 'outbox_full' });
    const other = await box.queue.accept(draft('urgent', { user: 'ben', chatId: 2 }));
    expect(other.receipt.status).toBe('queued');
  });

  test('what nobody wants any more is not sent', async () => {
    const box = await openQueue(() => SENT, { precheck: () => 'unlinked' });
    const { settled } = await box.queue.accept(draft('too late'));
    expect(await settled).toMatchObject({ status: 'failed', error: 'unlinked' });
    expect(box.sent).toEqual([]);
  });

  test('what its feature has taken back is recorded as cancelled, and what follows it is sent', async () => {
    const box = await openQueue(() => SENT, { isTakenBack: (text) => text === 'step 2' });
    const back = await box.queue.accept(draft('step 2'));
    const next = await box.queue.accept(draft('after it'));
    expect(await back.settled).toMatchObject({ status: 'cancelled' });
    expect(await next.settled).toMatchObject({ status: 'sent' });
    expect(box.sent).toEqual([{ chatId: 1, say: 'after it' }]);
    expect(box.queue.size()).toBe(0);
  });

  test('a chat that moved is followed', async () => {
    const box = await openQueue((_part, { destination }) =>
      destination.chatId === 1 ? { kind: 'moved', to: { ...destination, chatId: -1002 } } : SENT,
    );
    const first = await box.queue.accept(draft('one'));
    const second = await box.queue.accept(draft('two'));
    await Promise.all([first.settled, second.settled]);
    expect(box.sent).toEqual([
      { chatId: -1002, say: 'one' },
      { chatId: -1002, say: 'two' },
    ]);
    expect(box.reported).toContain('moved 1 to -1002');
  });

  test('deliveries that waited for a remote that was away go when it is back', async () => {
    let answer: Outcome = { ...AWAY, after: 50_000 } as Outcome;
    const box = await openQueue(() => answer);
    const { settled } = await box.queue.accept(draft('soon'));
    await waitFor(() => box.reported.length > 0);
    answer = SENT;
    box.queue.markOnline();
    expect(await settled).toMatchObject({ status: 'sent' });
  });
});

describe('a part that is refused for good', () => {
  test('does not keep the others back; the delivery fails naming it, and only it is sent again', async () => {
    let refuses = true;
    const box = await openQueue((part) =>
      part.say === 'two' && refuses ? { kind: 'failed', reason: 'Telegram: no (400)' } : SENT,
    );
    const { settled } = await box.queue.accept(draft('all', { parts: ['one', 'two', 'three'] }));
    expect(await settled).toMatchObject({
      status: 'failed',
      messageIds: [7, 7],
      error: 'Part 2 of 3: Telegram: no (400)',
    });
    expect(box.sent.map(({ say }) => say)).toEqual(['one', 'three']);
    refuses = false;
    const [failed] = (await box.spool.failed()).deliveries;
    await box.queue.retry(failed?.delivery ?? '', async () => linkedChat('ana', 1));
    await waitFor(() => box.queue.size() === 0);
    expect(box.sent.map(({ say }) => say)).toEqual(['one', 'three', 'two']);
  });

  test('is sent again with all the others where the chat is another one by then', async () => {
    let refuses = true;
    const box = await openQueue(({ say }) => (say === 'two' && refuses ? { kind: 'failed', reason: 'no' } : SENT));
    await (await box.queue.accept(draft('all', { parts: ['one', 'two', 'three'] }))).settled;
    refuses = false;
    const [failed] = (await box.spool.failed()).deliveries;
    await box.queue.retry(failed?.delivery ?? '', async () => linkedChat('ana', 99));
    await waitFor(() => box.queue.size() === 0);
    expect(box.sent.filter(({ chatId }) => chatId === 99).map(({ say }) => say)).toEqual(['one', 'two', 'three']);
  });

  test('is remembered across a restart', async () => {
    let away = true;
    const box = await openQueue(({ say }) => {
      if (say === 'one') return { kind: 'failed', reason: 'no' };
      return away ? AWAY : SENT;
    });
    await box.queue.accept(draft('both', { parts: ['one', 'two'] }));
    await waitFor(() => box.reported.some((line) => line.startsWith('retrying')));
    away = false;
    await box.reopen();
    await waitFor(() => box.queue.size() === 0);
    expect(box.sent.map(({ say }) => say)).toEqual(['two']);
    expect(box.reported.at(-1)).toBe('failed both: Part 1 of 2: no');
  });

  test('ends all of it where the chat takes nothing any more', async () => {
    const box = await openQueue(() => ({ kind: 'failed', reason: 'blocked', unreachable: true }));
    const { settled } = await box.queue.accept(draft('all', { parts: ['one', 'two'] }));
    expect(await settled).toMatchObject({ status: 'failed', error: 'blocked' });
    const [name = ''] = await filesIn(box.dataDir, 'failed');
    expect(JSON.parse(await readFile(join(box.dataDir, 'failed', name), 'utf8')).steps).toHaveLength(2);
  });
});

describe('a part whose answer was lost', () => {
  const LOST: Outcome = { kind: 'retry', scope: 'network', reason: 'lost', unconfirmed: true };

  test('is kept as unknown, whatever ends it', async () => {
    let linked = true;
    const box = await openQueue(() => LOST, {
      precheck: () => (linked ? undefined : 'ana is not linked any more'),
      unconfirmedWaits: [20, 20],
    });
    const { settled } = await box.queue.accept(draft('perhaps'));
    await waitFor(() => box.reported.length > 0);
    linked = false;
    box.queue.markOnline();
    expect(await settled).toMatchObject({ status: 'unknown', error: 'ana is not linked any more' });
  });

  test('waits while the channel answers nothing, and goes on with the first answer', async () => {
    let calls = 0;
    const box = await openQueue(
      () => {
        calls += 1;
        return calls === 1 ? LOST : SENT;
      },
      { unconfirmedWaits: [20] },
    );
    await box.queue.accept(draft('perhaps'));
    await waitFor(() => box.reported.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(calls).toBe(1);
    box.queue.markOnline();
    await waitFor(() => box.queue.size() === 0);
    expect(calls).toBe(2);
  });
});

describe('a delivery that fails by itself', () => {
  test('steps aside when others prove it, and is sent when its trouble ends', async () => {
    let broken = true;
    const box = await openQueue(({ say }) =>
      say === 'broken' && broken ? { kind: 'retry', scope: 'server', reason: 'Bad Gateway', after: 5 } : SENT,
    );
    await box.queue.accept(draft('broken'));
    await box.queue.accept(draft('behind'));
    for (let n = 0; !box.sent.some(({ say }) => say === 'behind'); n += 1) {
      await (await box.queue.accept(draft(`other ${n}`, { chatId: 2 }))).settled;
      expect(n).toBeLessThan(1000);
    }
    await waitFor(() => box.queue.size() === 1);
    broken = false;
    await waitFor(() => box.sent.some(({ say }) => say === 'broken'));
  });

  test('keeps its place while nothing else is sent either', async () => {
    let broken = true;
    const box = await openQueue(() =>
      broken ? { kind: 'retry', scope: 'server', reason: 'Bad Gateway', after: 5 } : SENT,
    );
    await box.queue.accept(draft('first'));
    await box.queue.accept(draft('second'));
    await waitFor(() => box.reported.length > 10);
    broken = false;
    await waitFor(() => box.queue.size() === 0);
    expect(box.sent.map(({ say }) => say)).toEqual(['first', 'second']);
  });
});
