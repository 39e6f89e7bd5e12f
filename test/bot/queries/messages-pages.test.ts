/** Pages, filters and searches of messages, over a real history. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { MessageSources } from '../../../src/bot/queries/messages.ts';
import type { Delivery } from '../../../src/core/delivery/delivery.ts';
import type { HistoryRecord } from '../../../src/core/delivery/history-record.ts';
import { linkedChat } from '../../../src/core/destination.ts';
import type { MessageQuery } from '../../../src/core/views/message.ts';
import { makeDir } from '../../../src/shared/files/durable.ts';
import { createHistoryIndex } from '../../../src/storage/files/history/history-index.ts';
import { formatRecord } from '../../../src/storage/files/history/record-line.ts';
import { busyMs } from '../../support/busy-ms.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { pageOf } from './support/page-of.ts';

const DAY = 24 * 3_600_000;
const NOW = Date.parse('2026-06-30T12:00:00.000Z');
const ANA = { user: 'ana', uid: 1001 };

const record = (id: string, at: number, more: Partial<HistoryRecord> = {}): HistoryRecord => ({
  id,
  delivery: `d-${id}`,
  ...ANA,
  destination: linkedChat('ana', 1),
  status: 'sent',
  acceptedAt: new Date(at - 120).toISOString(),
  finishedAt: new Date(at).toISOString(),
  messageIds: [1],
  text: `text of ${id}`,
  deliveryMs: 120,
  ...more,
});

/** Writes records into the files of their days, as the service does. */
async function written(records: readonly HistoryRecord[]): Promise<string> {
  const dir = join(await temporaryFolder(), 'history');
  await makeDir(dir);
  const days = new Map<string, string>();
  for (const record of records) {
    const day = record.finishedAt.slice(0, 10);
    days.set(day, `${days.get(day) ?? ''}${formatRecord(record)}\n`);
  }
  for (const [day, text] of days) await writeFile(join(dir, `${day}.jsonl`), text);
  return dir;
}

const waiting = (n: number, more: Partial<Delivery<unknown>> = {}) =>
  ({
    delivery: `0000000000${n}-0123abcd`,
    id: `w${n}`,
    ...ANA,
    destination: linkedChat('ana', 5),
    acceptedAt: new Date(NOW).toISOString(),
    summary: { text: `waiting ${n}` },
    messageIds: [],
    attempts: 0,
    ...more,
  }) as unknown as Delivery<unknown>;

function sourcesOf(dir: string, queue: readonly Delivery<unknown>[] = [], ...bounds: number[]): MessageSources {
  return {
    history: createHistoryIndex(dir, () => NOW, ...bounds),
    queued: (user) =>
      queue
        .filter((d) => user === undefined || d.user === user)
        .map(({ delivery, id, user: name, destination, fanOut, retryOf: repeats }) => ({
          delivery,
          id,
          user: name,
          to: destination.name,
          fanOut,
          repeats,
          isHeld: false,
          at: 0,
          settled: new Promise<never>(() => {}),
        })),
    read: async (name) => queue.find(({ delivery }) => delivery === name),
    now: () => NOW,
  };
}

/** All pages, each as the ids it holds. */
async function pages(sources: MessageSources, query: Partial<MessageQuery> & { limit: number }): Promise<string[][]> {
  const found: string[][] = [];
  for (let next: string | null = ''; next !== null; ) {
    const more: { before?: string } = next === '' ? {} : { before: next };
    const page = await pageOf(sources, { whose: ANA, ...query, ...more });
    found.push(page.messages.map(({ id }) => id));
    next = page.next;
    expect(found.length).toBeLessThan(100);
  }
  return found;
}

describe('pages', () => {
  test('go through queue and days without a gap and without a repetition', async () => {
    const records = Array.from({ length: 7 }, (_, i) => record(String(i), NOW - (7 - i) * 0.4 * DAY));
    const sources = sourcesOf(await written(records), [waiting(1), waiting(2), waiting(3)]);
    const all = ['w3', 'w2', 'w1', '6', '5', '4', '3', '2', '1', '0'];
    for (const limit of [1, 2, 3, 4, 9, 10, 200]) {
      const found = await pages(sources, { limit });
      expect(found.flat()).toEqual(all);
      expect(found.length).toBe(Math.ceil(all.length / limit));
    }
  });

  test('are the same where the notes of a day do not fit into memory', async () => {
    const records = Array.from({ length: 300 }, (_, i) =>
      record(String(i), NOW - (300 - i) * 60_000, { user: i % 3 === 0 ? 'ana' : 'ben', text: 'ä'.repeat(i * 7) }),
    );
    const dir = await written(records);
    const expected = await pages(sourcesOf(dir), { limit: 7 });
    expect(expected.flat()).toHaveLength(100);
    expect(await pages(sourcesOf(dir, [], 1_000, 10), { limit: 7 })).toEqual(expected);
    expect(await pages(sourcesOf(dir, [], 10, 1_000), { limit: 7 })).toEqual(expected);
  });

  test('show what came meanwhile in front, and nothing twice behind it', async () => {
    const records = [record('1', NOW - 3000), record('2', NOW - 2000), record('3', NOW - 1000)];
    const dir = await written(records);
    const sources = sourcesOf(dir);
    const first = await pageOf(sources, { whose: ANA, limit: 2 });
    await writeFile(join(dir, '2026-06-30.jsonl'), `${formatRecord(record('4', NOW))}\n`, { flag: 'a' });
    const before = first.next ?? '';
    expect((await pageOf(sources, { whose: ANA, limit: 2, before })).messages.map(({ id }) => id)).toEqual(['1']);
    expect((await pages(sources, { limit: 10 })).flat()).toEqual(['4', '3', '2', '1']);
  });

  test('leave out what failed and was sent again, or waits again, on whichever page it stands', async () => {
    const failed = { status: 'failed', error: 'blocked', messageIds: [] } as const;
    const records = [
      record('again', NOW - 5 * DAY, { ...failed, delivery: 'd-first' }),
      record('waits', NOW - 4 * DAY, { ...failed, delivery: 'd-waits' }),
      record('lost', NOW - 3 * DAY, failed),
      record('again', NOW - 2 * DAY, { delivery: 'd-second', retryOf: 'd-first' }),
    ];
    const queue = [waiting(1, { id: 'waits', retryOf: 'd-waits' })];
    const dir = await written(records);
    for (const limit of [1, 10]) {
      expect((await pages(sourcesOf(dir, queue), { limit })).flat()).toEqual(['waits', 'again', 'lost']);
    }
    expect((await pages(sourcesOf(dir, queue), { limit: 10, status: 'failed' })).flat()).toEqual(['lost']);
  });

  test.each(['', 'x', 'q.x', 'h.2026-06-30', 'h.2026-06-30.~', 'd-1'])('refuse %j as a place', async (before) => {
    const sources = sourcesOf(await temporaryFolder());
    await expect(pageOf(sources, { whose: ANA, limit: 1, before })).rejects.toMatchObject({ code: 'bad_field' });
  });
});

describe('a question', () => {
  const records = [
    record('plain', NOW - 7000),
    record('rev', NOW - 6000, { source: 'rev.py', title: 'Revenue' }),
    record('failed', NOW - 5000, { status: 'failed', error: 'The user BLOCKED the bot.', source: 'rev.py' }),
    record('muted', NOW - 4000, { status: 'muted', source: 'cpu.sh', text: 'Straße “überlastet”' }),
    record('ben', NOW - 3000, { user: 'ben', uid: 1002, source: 'rev.py' }),
    record('predecessor', NOW - 2000, { uid: 999, source: 'rev.py' }),
  ];
  const queue = [waiting(1, { summary: { text: 'x', source: 'cpu.sh' } })];
  const ids = async (query: Partial<MessageQuery>) =>
    (await pages(sourcesOf(await written(records), queue), { limit: 3, ...query })).flat();

  test.each<[Partial<MessageQuery>, string[]]>([
    [{}, ['w1', 'muted', 'failed', 'rev', 'plain']],
    [{ status: 'queued' }, ['w1']],
    [{ status: 'sent' }, ['rev', 'plain']],
    [{ status: 'failed' }, ['failed']],
    [{ status: 'muted' }, ['muted']],
    [{ source: 'rev.py' }, ['failed', 'rev']],
    [{ source: 'cpu.sh' }, ['w1', 'muted']],
    [{ source: null }, ['plain']],
    [{ source: 'rev' }, []],
    [{ source: 'rev.py', status: 'sent' }, ['rev']],
    [{ text: 'reVENue' }, ['rev']],
    [{ text: 'blocked' }, ['failed']],
    [{ text: 'ÜBERLASTET' }, ['muted']],
    [{ text: 'cpu' }, ['w1', 'muted']],
    [{ text: 'nowhere' }, []],
  ])('%j finds %j of ana’s own', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test('for everybody’s tells whose each is, also of a former owner of a name', async () => {
    const sources = sourcesOf(await written(records), [waiting(1)]);
    const { messages } = await pageOf(sources, { whose: 'all', limit: 10 });
    expect(messages.map(({ id, user }) => `${user} ${id}`)).toEqual([
      'ana w1',
      'ana predecessor',
      'ben ben',
      'ana muted',
      'ana failed',
      'ana rev',
      'ana plain',
    ]);
    expect((await pageOf(sources, { whose: ANA, limit: 1 })).messages[0]).not.toHaveProperty('user');
  });

  test('of a name that this host doesn’t know shows all under it', async () => {
    expect(await ids({ whose: { user: 'ana', uid: undefined }, status: 'sent' })).toEqual([
      'predecessor',
      'rev',
      'plain',
    ]);
  });
});

describe('with 10,000 messages of 50 people in 30 days', () => {
  test('a page takes a few ms, and nothing holds the process', async () => {
    const records = Array.from({ length: 10_000 }, (_, i) =>
      record(String(i), NOW - (10_000 - i) * 250_000, {
        user: `user${i % 50}`,
        uid: 2000 + (i % 50),
        source: `script${i % 7}.py`,
        text: `${'words '.repeat(20 + (i % 100))}${i}`,
      }),
    );
    const sources = sourcesOf(await written(records));
    let held = 0;
    let last = busyMs();
    const watch = setInterval(() => {
      const now = busyMs();
      held = Math.max(held, now - last);
      last = now;
    }, 5);
    onTestFinished(() => clearInterval(watch));
    const whose = { user: 'user7', uid: 2007 };
    const timed = async (query: Partial<MessageQuery>) => {
      const before = busyMs();
      const page = await pageOf(sources, { whose, limit: 20, ...query });
      return { ms: busyMs() - before, found: page.messages.length };
    };
    expect((await timed({ text: 'nowhere' })).found).toBe(0);
    const again = [await timed({}), await timed({ status: 'failed' }), await timed({ whose: 'all', limit: 200 })];
    expect(again.map(({ found }) => found)).toEqual([20, 0, 200]);
    // Some 5 ms here.
    expect(Math.max(...again.map(({ ms }) => ms))).toBeLessThan(200);
    const whole = await timed({ whose: 'all', text: '9999', limit: 1 });
    expect(whole.found).toBe(1);
    expect(held).toBeLessThan(200);
    if (process.env.SHOW) console.log(again, whole, await timed({ whose: 'all', text: 'nowhere' }), held);
  });
});
