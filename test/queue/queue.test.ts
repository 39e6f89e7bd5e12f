import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../src/core/delivery/outcome.ts';
import { waitFor } from '../support/wait-for.ts';
import { AWAY, draft, filesIn, openQueue, SENT } from './support/scripted-queue.ts';

describe('a start', () => {
  test('goes on with what waits, in order, and leaves nothing behind', async () => {
    let answer: Outcome = AWAY;
    const box = await openQueue(() => answer);
    for (let i = 0; i < 30; i += 1) await box.queue.accept(draft(`m${i}`, { chatId: (i % 3) + 1 }));
    answer = SENT;
    await box.reopen();
    await waitFor(() => box.queue.size() === 0);
    const ofOne = box.sent.filter((s) => s.chatId === 1).map((s) => s.say);
    expect(ofOne).toEqual(Array.from({ length: 10 }, (_, i) => `m${i * 3}`));
    expect(await filesIn(box.dataDir, 'outbox')).toEqual([]);
  });

  test('goes on with what had begun, then with what is critical, and lets the users of a shared chat take turns', async () => {
    let answer: Outcome = AWAY;
    const box = await openQueue(({ say }) => (say === 'a0, first part' ? SENT : answer));
    await box.queue.accept(draft('a0', { user: 'ana', parts: ['a0, first part', 'a0, second part'] }));
    await waitFor(() => box.sent.length === 1);
    for (let n = 1; n < 50; n += 1) await box.queue.accept(draft(`a${n}`, { user: 'ana' }));
    for (const name of ['b0', 'b1']) await box.queue.accept(draft(name, { user: 'ben' }));
    await box.queue.accept(draft('b2', { user: 'ben', summary: { text: 'b2', severity: 'critical' } }));
    answer = SENT;
    await box.reopen();
    await waitFor(() => box.queue.size() === 0);
    const order = box.sent.slice(1).map(({ say }) => say);
    expect(order.slice(0, 6)).toEqual(['a0, second part', 'b2', 'a1', 'b0', 'a2', 'b1']);
    expect(order.slice(6)).toEqual(Array.from({ length: 47 }, (_, n) => `a${n + 3}`));
  });

  test('keeps the pictures of what it puts aside', async () => {
    const box = await openQueue(() => AWAY);
    const file = await box.stage('picture');
    await box.queue.accept(draft('with file', { files: [file] }));
    // Else it may write down its first attempt over what is torn here, or find it torn before the start does.
    await box.queue.stop(1000);
    const [picture] = (await filesIn(box.dataDir, 'outbox')).filter((name) => name.endsWith('.0'));
    await writeFile(join(box.dataDir, 'outbox', (picture ?? '').replace(/\.0$/, '.json')), 'torn');
    expect(await box.reopen()).toHaveLength(1);
    const kept = await readdir(join(box.dataDir, 'outbox', 'corrupt'));
    expect(kept).toContain(picture);
  });

  test('puts unreadable files aside and serves the rest', async () => {
    let answer: Outcome = AWAY;
    const box = await openQueue(() => answer);
    await box.queue.accept(draft('good'));
    const outbox = join(box.dataDir, 'outbox');
    const [good] = await filesIn(box.dataDir, 'outbox');
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
    await waitFor(() => box.queue.size() === 0);
    expect(corrupt).toHaveLength(7);
    expect(box.sent.map((s) => s.say)).toEqual(['good']);
    expect(await filesIn(box.dataDir, 'outbox')).toEqual(['README']);
  });

  test('finishes what a crash interrupted between failed/ and outbox/', async () => {
    const box = await openQueue(() => ({ kind: 'failed', reason: 'no' }));
    await (await box.queue.accept(draft('dead'))).settled;
    await waitFor(async () => (await filesIn(box.dataDir, 'failed')).length === 1);
    const [name] = await filesIn(box.dataDir, 'failed');
    const { failed_at: _, ...alive } = JSON.parse(await readFile(join(box.dataDir, 'failed', name ?? ''), 'utf8'));
    await writeFile(join(box.dataDir, 'outbox', name ?? ''), JSON.stringify(alive));
    await box.reopen();
    expect(box.queue.size()).toBe(0);
    expect(await filesIn(box.dataDir, 'failed')).toEqual([name]);
  });
});
