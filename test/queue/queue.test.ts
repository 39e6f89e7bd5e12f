import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/delivery/outcome.ts';
import { linkedChat } from '../../src/core/destination.ts';
import { draft, openQueue, type Script, type ScriptedQueue } from './support/scripted-queue.ts';

const SENT: Outcome = { kind: 'sent', messageIds: [7] };
const AWAY: Outcome = { kind: 'retry', scope: 'network', reason: 'away' };
const DAY = 24 * 3_600_000;

let open: ScriptedQueue | undefined;
afterEach(async () => {
  await open?.close();
  open = undefined;
});

async function opened(script: Script, options?: Parameters<typeof openQueue>[1]): Promise<ScriptedQueue> {
  open = await openQueue(script, options);
  return open;
}

async function files(dataDir: string, folder: string): Promise<string[]> {
  const names = await readdir(join(dataDir, folder)).catch(() => []);
  return names.filter((name) => !['staging', 'corrupt'].includes(name)).sort();
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let i = 0; i < 500 && !(await condition()); i += 1) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(await condition()).toBe(true);
}

describe('accepting', () => {
  test('the file is there before the answer, and gone after the delivery', async () => {
    let release: (outcome: Outcome) => void = () => {};
    const box = await opened(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const { receipt, settled } = await box.queue.accept(draft('hello'));
    expect(receipt.status).toBe('queued');
    const [name] = await files(box.dataDir, 'outbox');
    expect(JSON.parse(await readFile(join(box.dataDir, 'outbox', name ?? ''), 'utf8')).summary.text).toBe('hello');
    await until(() => box.queue.size() === 1);
    await new Promise((resolve) => setTimeout(resolve, 50));
    release(SENT);
    expect(await settled).toMatchObject({ status: 'sent', messageIds: [7] });
    expect(await files(box.dataDir, 'outbox')).toEqual([]);
  });

  test('a staged file moves into the outbox and is removed with its delivery', async () => {
    const box = await opened(() => SENT);
    const file = await box.stage('picture');
    const { settled } = await box.queue.accept(draft('with file', { files: [file] }));
    await settled;
    expect(await files(box.dataDir, 'outbox')).toEqual([]);
    expect(await readdir(join(box.dataDir, 'outbox/staging'))).toEqual([]);
  });

  test('a full outbox refuses with a sentence and stores nothing', async () => {
    const box = await opened(() => AWAY, { capacity: 2 });
    await box.queue.accept(draft('one'));
    await box.queue.accept(draft('two'));
    await expect(box.queue.accept(draft('three'))).rejects.toMatchObject({ code: 'outbox_full' });
    // The worker may be storing a new state of the two at this moment, in a temporary file.
    const stored = (await files(box.dataDir, 'outbox')).filter((name) => name.endsWith('.json'));
    expect(stored).toHaveLength(2);
  });

  test('a disk that refuses leaves nothing half-written', async () => {
    const box = await opened(() => SENT);
    await rm(join(box.dataDir, 'outbox'), { recursive: true });
    await expect(box.queue.accept(draft('lost'))).rejects.toMatchObject({ code: 'storage' });
    await mkdir(join(box.dataDir, 'outbox'));
    expect(await files(box.dataDir, 'outbox')).toEqual([]);
    expect(box.queue.size()).toBe(0);
  });

  test('a muted message is recorded and not sent', async () => {
    const box = await opened(() => SENT);
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
    const box = await opened(() => SENT);
    const answers = await Promise.all(Array.from({ length: 20 }, () => box.queue.accept(draft('once', { id: 'a' }))));
    await Promise.all(answers.map((a) => a.settled));
    expect(box.sent).toHaveLength(1);
    const late = await box.queue.accept(draft('once', { id: 'a' }));
    expect(late.receipt).toMatchObject({ id: 'a', status: 'sent', messageIds: [7] });
  });

  test('with another body is refused', async () => {
    const box = await opened(() => SENT);
    await box.queue.accept(draft('one', { id: 'a' }));
    await expect(box.queue.accept(draft('two', { id: 'a' }))).rejects.toMatchObject({ code: 'id_conflict' });
  });

  test('is known after a restart, while it waits and once it is sent', async () => {
    let answer: Outcome = AWAY;
    const box = await opened(() => answer);
    await box.queue.accept(draft('waiting', { id: 'w' }));
    await box.reopen();
    expect((await box.queue.accept(draft('waiting', { id: 'w' }))).receipt.status).toBe('queued');
    answer = SENT;
    box.queue.markOnline();
    await until(() => box.queue.size() === 0);
    await box.reopen();
    expect((await box.queue.accept(draft('waiting', { id: 'w' }))).receipt.status).toBe('sent');
    expect(box.sent).toHaveLength(1);
  });

  test('may be used again after a day, and by another user at once', async () => {
    const box = await opened(() => SENT);
    await (await box.queue.accept(draft('one', { id: 'a' }))).settled;
    await (await box.queue.accept(draft('other', { id: 'a', user: 'ben', chatId: 2 }))).settled;
    box.clockAhead(DAY + 1000);
    await (await box.queue.accept(draft('two', { id: 'a' }))).settled;
    expect(box.sent.map((s) => s.say)).toEqual(['one', 'other', 'two']);
  });

  test('that could not be stored may be sent again', async () => {
    const box = await opened(() => SENT, { capacity: 0 });
    await expect(box.queue.accept(draft('one', { id: 'a' }))).rejects.toMatchObject({ code: 'outbox_full' });
    await expect(box.queue.accept(draft('two', { id: 'a' }))).rejects.toMatchObject({ code: 'outbox_full' });
  });
});

describe('delivering', () => {
  test('a chat gets everything in order, though attempts fail', async () => {
    const box = await opened((_part, _target, nth) => (nth % 3 === 0 ? ({ ...AWAY, after: 5 } as Outcome) : SENT));
    const all = [];
    for (let i = 0; i < 12; i += 1) all.push((await box.queue.accept(draft(`m${i}`))).settled);
    await Promise.all(all);
    expect(box.sent.map((s) => s.say)).toEqual(Array.from({ length: 12 }, (_, i) => `m${i}`));
  });

  test('a crash between two parts goes on with the second', async () => {
    let away = false;
    const box = await opened((part) => {
      if (part.say === 'second' && !away) {
        away = true;
        return AWAY;
      }
      return SENT;
    });
    await box.queue.accept(draft('both', { parts: ['first', 'second'] }));
    await until(() => box.reported.some((t) => t.startsWith('retrying')));
    await box.reopen();
    await until(() => box.queue.size() === 0);
    expect(box.sent.map((s) => s.say)).toEqual(['first', 'second']);
  });

  test('a permanent failure is answered, recorded and kept', async () => {
    const box = await opened(() => ({ kind: 'failed', reason: 'blocked', unreachable: true }));
    const { settled } = await box.queue.accept(draft('never'));
    expect(await settled).toMatchObject({ status: 'failed', error: 'blocked' });
    await until(() => box.reported.length > 0);
    expect(box.reported).toEqual(['failed never: blocked (unreachable)']);
    expect(await files(box.dataDir, 'outbox')).toEqual([]);
    expect(await files(box.dataDir, 'failed')).toHaveLength(1);
    expect((await box.spool.failed()).deliveries[0]).toMatchObject({ lastError: 'blocked' });
  });

  test('a failed delivery can be sent again, with its file, once', async () => {
    let answer: Outcome = { kind: 'failed', reason: 'blocked' };
    const box = await opened(() => answer);
    const file = await box.stage('picture');
    await (await box.queue.accept(draft('again', { id: 'x', files: [file] }))).settled;
    const [failed] = (await box.spool.failed()).deliveries;
    answer = SENT;
    await box.queue.retry(failed?.delivery ?? '', async () => linkedChat('ana', 99));
    await until(() => box.queue.size() === 0);
    expect(box.sent).toEqual([{ chatId: 99, say: 'again' }]);
    expect(await files(box.dataDir, 'failed')).toEqual([]);
    expect(await files(box.dataDir, 'outbox')).toEqual([]);
    await expect(box.queue.retry(failed?.delivery ?? '', async () => linkedChat('ana', 99))).rejects.toMatchObject({
      code: 'unknown_delivery',
    });
    await expect(box.queue.retry('../../etc/passwd', async () => linkedChat('ana', 99))).rejects.toMatchObject({
      code: 'unknown_delivery',
    });
    expect((await box.queue.accept(draft('again', { id: 'x' }))).receipt.status).toBe('sent');
  });

  test('what was tried for more than a day is given up with its reason', async () => {
    const box = await opened(() => ({ ...AWAY, after: 1 }) as Outcome);
    await box.queue.accept(draft('patience'));
    await until(() => box.reported.length > 3);
    expect(box.queue.size()).toBe(1);
    await box.reopen();
    await box.queue.stop(100);
    const [name] = await files(box.dataDir, 'outbox');
    const path = join(box.dataDir, 'outbox', name ?? '');
    const delivery = JSON.parse(await readFile(path, 'utf8'));
    expect(delivery.tried_ms).toBeLessThan(60_000);
    await writeFile(path, JSON.stringify({ ...delivery, tried_ms: DAY + 3_600_000 }));
    await box.reopen();
    await until(() => box.queue.size() === 0);
    expect(box.reported.at(-1)).toBe('failed patience: Gave up after more than 24 hours: away');
  });

  test('what waits for a token to be mended is never given up', async () => {
    const box = await opened(() => ({ kind: 'retry', scope: 'token', reason: 'unauthorized', after: 1 }));
    await box.queue.accept(draft('patience'));
    await until(() => box.reported.length > 3);
    const [name] = await files(box.dataDir, 'outbox');
    const delivery = JSON.parse(await readFile(join(box.dataDir, 'outbox', name ?? ''), 'utf8'));
    expect(delivery.tried_ms).toBe(0);
  });

  test('one user who fills the outbox does not keep out another', async () => {
    const box = await opened(() => AWAY, { capacity: 200 });
    for (let i = 0; i < 200; i += 1) await box.queue.accept(draft(`m${i}`));
    await expect(box.queue.accept(draft('more'))).rejects.toMatchObject({ code: 'outbox_full' });
    const other = await box.queue.accept(draft('urgent', { user: 'ben', chatId: 2 }));
    expect(other.receipt.status).toBe('queued');
  });

  test('what nobody wants any more is not sent', async () => {
    const box = await opened(() => SENT, { precheck: () => 'unlinked' });
    const { settled } = await box.queue.accept(draft('too late'));
    expect(await settled).toMatchObject({ status: 'failed', error: 'unlinked' });
    expect(box.sent).toEqual([]);
  });

  test('a chat that moved is followed', async () => {
    const box = await opened((_part, { destination }) =>
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
    const box = await opened(() => answer);
    const { settled } = await box.queue.accept(draft('soon'));
    await until(() => box.reported.length > 0);
    answer = SENT;
    box.queue.markOnline();
    expect(await settled).toMatchObject({ status: 'sent' });
  });
});

describe('a start', () => {
  test('goes on with what waits, in order, and leaves nothing behind', async () => {
    let answer: Outcome = AWAY;
    const box = await opened(() => answer);
    for (let i = 0; i < 30; i += 1) await box.queue.accept(draft(`m${i}`, { chatId: (i % 3) + 1 }));
    answer = SENT;
    await box.reopen();
    await until(() => box.queue.size() === 0);
    const ofOne = box.sent.filter((s) => s.chatId === 1).map((s) => s.say);
    expect(ofOne).toEqual(Array.from({ length: 10 }, (_, i) => `m${i * 3}`));
    expect(await files(box.dataDir, 'outbox')).toEqual([]);
  });

  test('keeps the pictures of what it puts aside', async () => {
    const box = await opened(() => AWAY);
    const file = await box.stage('picture');
    await box.queue.accept(draft('with file', { files: [file] }));
    // Else it may write down its first attempt over what is torn here, or find it torn before the start does.
    await box.queue.stop(1000);
    const [picture] = (await files(box.dataDir, 'outbox')).filter((name) => name.endsWith('.0'));
    await writeFile(join(box.dataDir, 'outbox', (picture ?? '').replace(/\.0$/, '.json')), 'torn');
    expect(await box.reopen()).toHaveLength(1);
    const kept = await readdir(join(box.dataDir, 'outbox', 'corrupt'));
    expect(kept).toContain(picture);
  });

  test('puts unreadable files aside and serves the rest', async () => {
    let answer: Outcome = AWAY;
    const box = await opened(() => answer);
    await box.queue.accept(draft('good'));
    const outbox = join(box.dataDir, 'outbox');
    const [good] = await files(box.dataDir, 'outbox');
    const text = await readFile(join(outbox, good ?? ''), 'utf8');
    const bad: Record<string, string> = {
      '00000000001-aaaaaaaa': '',
      '00000000002-aaaaaaaa': text.slice(0, 100),
      '00000000003-aaaaaaaa': '\0'.repeat(500),
      '00000000004-aaaaaaaa': '[]',
      '00000000005-aaaaaaaa': text,
      '00000000006-aaaaaaaa': JSON.stringify({ ...JSON.parse(text), delivery: '00000000006-aaaaaaaa', done: 1 }),
    };
    for (const [name, content] of Object.entries(bad)) await writeFile(join(outbox, `${name}.json`), content);
    await mkdir(join(outbox, '00000000007-aaaaaaaa.json'));
    await writeFile(join(outbox, '00000000008-aaaaaaaa.json.tmp'), 'half');
    await writeFile(join(outbox, '00000000009-aaaaaaaa.0'), 'a picture of nobody’s');
    await writeFile(join(outbox, 'README'), 'somebody’s own');
    answer = SENT;
    const corrupt = await box.reopen();
    await until(() => box.queue.size() === 0);
    expect(corrupt).toHaveLength(7);
    expect(box.sent.map((s) => s.say)).toEqual(['good']);
    expect(await files(box.dataDir, 'outbox')).toEqual(['README']);
  });

  test('finishes what a crash interrupted between failed/ and outbox/', async () => {
    const box = await opened(() => ({ kind: 'failed', reason: 'no' }));
    await (await box.queue.accept(draft('dead'))).settled;
    await until(async () => (await files(box.dataDir, 'failed')).length === 1);
    const [name] = await files(box.dataDir, 'failed');
    const { failed_at: _, ...alive } = JSON.parse(await readFile(join(box.dataDir, 'failed', name ?? ''), 'utf8'));
    await writeFile(join(box.dataDir, 'outbox', name ?? ''), JSON.stringify(alive));
    await box.reopen();
    expect(box.queue.size()).toBe(0);
    expect(await files(box.dataDir, 'failed')).toEqual([name]);
  });
});
