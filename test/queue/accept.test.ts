import { statSync } from 'node:fs';
import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/delivery/outcome.ts';
import { waitFor } from '../support/wait-for.ts';
import { AWAY, draft, filesIn, openQueue, SENT } from './support/scripted-queue.ts';

const DAY = 24 * 3_600_000;

describe('accepting', () => {
  test('the file is there before the answer, and gone after the delivery', async () => {
    let release: (outcome: Outcome) => void = () => {};
    const box = await openQueue(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const { receipt, settled } = await box.queue.accept(draft('hello'));
    expect(receipt.status).toBe('queued');
    const [name] = await filesIn(box.dataDir, 'outbox');
    expect(JSON.parse(await readFile(join(box.dataDir, 'outbox', name ?? ''), 'utf8')).summary.text).toBe('hello');
    await waitFor(() => box.queue.size() === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    release(SENT);
    expect(await settled).toMatchObject({ status: 'sent', messageIds: [7] });
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
  });

  test('a staged file moves into the outbox and is removed with its delivery', async () => {
    const box = await openQueue(() => SENT);
    const file = await box.stage('picture');
    const { settled } = await box.queue.accept(draft('with file', { files: [file] }));
    await settled;
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
    expect(await readdir(join(box.dataDir, 'outbox/staging'))).toEqual([]);
  });

  test('a full outbox refuses with a sentence and stores nothing', async () => {
    const box = await openQueue(() => AWAY, { capacity: 2 });
    await box.queue.accept(draft('one'));
    await box.queue.accept(draft('two'));
    await expect(box.queue.accept(draft('three'))).rejects.toMatchObject({ code: 'outbox_full' });
    // The worker may be storing a new state of the two at this moment, in a temporary file.
    const stored = (await filesIn(box.dataDir, 'outbox')).filter((name) => name.endsWith('.json'));
    expect(stored).toHaveLength(2);
  });

  test('a full outbox keeps a reserve for users with few waiting messages, of which no few take all', async () => {
    const box = await openQueue(() => AWAY, { capacity: 100 });
    const send = (user: string, n: number) => box.queue.accept(draft(`${user}${n}`, { user }));
    const most = async (user: string) => {
      for (let n = 0; ; n += 1) if ((await send(user, n).catch(() => 'refused')) === 'refused') return n;
    };
    expect(await most('eve')).toBe(100);
    const bobs = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => send('bob', n)));
    expect(bobs.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
    expect([await most('ann'), await most('ben'), await most('cal')]).toEqual([3, 1, 1]);
    expect(await most('dan')).toBe(0);
  });

  test('storing takes turns: one user’s thousand messages delay another’s by a few writes', async () => {
    const box = await openQueue(() => AWAY, { capacity: 2000 });
    let stored = 0;
    const flood = Array.from({ length: 1000 }, (_, n) =>
      box.queue.accept(draft(`a${n}`, { user: 'ana' })).then(() => {
        stored += 1;
      }),
    );
    await box.queue.accept(draft('b', { user: 'ben' }));
    expect(stored).toBeLessThan(200);
    await Promise.all(flood);
  });

  test('a disk that refuses leaves nothing half-written', async () => {
    const box = await openQueue(() => SENT);
    await rm(join(box.dataDir, 'outbox'), { recursive: true });
    await expect(box.queue.accept(draft('lost'))).rejects.toMatchObject({ code: 'storage' });
    await mkdir(join(box.dataDir, 'outbox'));
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
    expect(box.queue.size()).toBe(0);
  });

  test('a muted message is recorded and not sent', async () => {
    const box = await openQueue(() => SENT);
    const { receipt } = await box.queue.accept(draft('psst', { muted: true }));
    expect(receipt.status).toBe('muted');
    expect(box.sent).toEqual([]);
    const records = [];
    for await (const record of box.history.backwards(0)) records.push(record);
    expect(records).toMatchObject([{ status: 'muted', text: 'psst' }]);
  });
});

describe('the same id', () => {
  test('is sent once, also when it comes many times at once', async () => {
    const box = await openQueue(() => SENT);
    const answers = await Promise.all(Array.from({ length: 20 }, () => box.queue.accept(draft('once', { id: 'a' }))));
    await Promise.all(answers.map((a) => a.settled));
    expect(box.sent).toHaveLength(1);
    const late = await box.queue.accept(draft('once', { id: 'a' }));
    expect(late.receipt).toMatchObject({ id: 'a', status: 'sent', messageIds: [7] });
  });

  test('with another body is refused', async () => {
    const box = await openQueue(() => SENT);
    await box.queue.accept(draft('one', { id: 'a' }));
    await expect(box.queue.accept(draft('two', { id: 'a' }))).rejects.toMatchObject({ code: 'id_conflict' });
  });

  test('is known after a restart, while it waits and once it is sent', async () => {
    let answer: Outcome = AWAY;
    const box = await openQueue(() => answer);
    await box.queue.accept(draft('waiting', { id: 'w' }));
    await box.reopen();
    expect((await box.queue.accept(draft('waiting', { id: 'w' }))).receipt.status).toBe('queued');
    answer = SENT;
    box.queue.markOnline();
    await waitFor(() => box.queue.size() === 0);
    await box.reopen();
    expect((await box.queue.accept(draft('waiting', { id: 'w' }))).receipt.status).toBe('sent');
    expect(box.sent).toHaveLength(1);
  });

  test('may be used again after a day, and by another user at once', async () => {
    const box = await openQueue(() => SENT);
    await (await box.queue.accept(draft('one', { id: 'a' }))).settled;
    await (await box.queue.accept(draft('other', { id: 'a', user: 'ben', chatId: 2 }))).settled;
    box.clockAhead(DAY + 1000);
    await (await box.queue.accept(draft('two', { id: 'a' }))).settled;
    expect(box.sent.map((s) => s.say)).toEqual(['one', 'other', 'two']);
  });

  test('that could not be stored may be sent again', async () => {
    const box = await openQueue(() => SENT, { capacity: 0 });
    await expect(box.queue.accept(draft('one', { id: 'a' }))).rejects.toMatchObject({ code: 'outbox_full' });
    await expect(box.queue.accept(draft('two', { id: 'a' }))).rejects.toMatchObject({ code: 'outbox_full' });
  });
});

describe('a notification for several destinations', () => {
  const several = (more: Parameters<typeof draft>[1] = {}) => draft('all', { to: [1, 2, 3], ...more });

  test('goes to each, with one file on the disk for all', async () => {
    let hold: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      hold = resolve;
    });
    const box = await openQueue(async () => held.then(() => SENT));
    const { receipt, settled } = await box.queue.accept(several({ files: [await box.stage('picture')] }));
    expect(receipt).toMatchObject({ status: 'queued', messageIds: [] });
    expect(receipt.deliveries?.map(({ to, status }) => [to, status])).toEqual(
      [1, 2, 3].map((n) => [`chat${n}`, 'queued']),
    );
    await expect.poll(async () => (await filesIn(box.dataDir, 'outbox')).length).toBe(6);
    const inodes = (await filesIn(box.dataDir, 'outbox'))
      .filter((name) => name.endsWith('.0'))
      .map((name) => statSync(join(box.dataDir, 'outbox', name)).ino);
    expect(new Set(inodes).size).toBe(1);
    hold();
    expect(await settled).toMatchObject({ status: 'sent', deliveries: [{}, {}, {}].map(() => ({ messageIds: [7] })) });
    expect(box.sent.map(({ chatId }) => chatId).sort()).toEqual([1, 2, 3]);
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
  });

  test('is partly sent where one refuses, and refused where all do', async () => {
    const REFUSED: Outcome = { kind: 'failed', reason: 'The bot was removed.' };
    let refusing = [2];
    const box = await openQueue((_part, { destination }) => (refusing.includes(destination.chatId) ? REFUSED : SENT));
    const { settled } = await box.queue.accept(several());
    expect(await settled).toMatchObject({
      status: 'partial',
      deliveries: [{ status: 'sent' }, { to: 'chat2', status: 'failed', error: 'The bot was removed.' }, {}],
    });
    refusing = [1, 2, 3];
    expect((await (await box.queue.accept(several())).settled).status).toBe('failed');
  });

  test('is recognised as a whole by its id, before and after a restart', async () => {
    let answer: Outcome = AWAY;
    const box = await openQueue((_part, { destination }) => (destination.chatId === 1 ? SENT : answer));
    const again = () => box.queue.accept(several({ id: 'x' }));
    const answers = await Promise.all([again(), again(), again()]);
    for (const { receipt } of answers) expect(receipt).toMatchObject({ id: 'x', status: 'queued' });
    await waitFor(() => box.queue.size() === 2);
    const statuses = async () => (await again()).receipt.deliveries?.map(({ status }) => status);
    expect(await statuses()).toEqual(['sent', 'queued', 'queued']);
    await box.reopen();
    expect(await statuses()).toEqual(['sent', 'queued', 'queued']);
    const { settled } = await again();
    answer = SENT;
    box.queue.markOnline();
    expect(await settled).toMatchObject({ id: 'x', status: 'sent' });
    await box.reopen();
    expect(await statuses()).toEqual(['sent', 'sent', 'sent']);
    expect(box.sent).toHaveLength(3);
    const others = box.queue.accept(draft('other', { id: 'x', to: [1, 2] }));
    await expect(others).rejects.toMatchObject({ code: 'id_conflict' });
  });

  test('is recorded where it is muted and sent elsewhere', async () => {
    const box = await openQueue(() => SENT);
    const targets = several().targets.map((target, place) => ({ ...target, muted: place === 1 }));
    const one = several({ id: 'm', targets });
    const { settled } = await box.queue.accept(one);
    const expected = { status: 'sent', deliveries: ['sent', 'muted', 'sent'].map((status) => ({ status })) };
    expect(await settled).toMatchObject(expected);
    expect((await box.queue.accept(one)).receipt).toMatchObject(expected);
    await box.reopen();
    expect((await box.queue.accept(one)).receipt).toMatchObject(expected);
    expect(box.sent).toHaveLength(2);
  });

  test('needs room for all of them', async () => {
    const box = await openQueue(() => AWAY, { capacity: 4 });
    await box.queue.accept(several());
    await expect(box.queue.accept(several())).rejects.toMatchObject({ code: 'outbox_full' });
    await box.queue.accept(draft('one'));
    expect(box.queue.size()).toBe(4);
  });
});
