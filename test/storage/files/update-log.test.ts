import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Update } from '../../../src/core/update.ts';
import { createUpdateLog } from '../../../src/storage/files/update-log.ts';
import type { UpdateBacklog, UpdateLog } from '../../../src/storage/ports.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const BOT = 42;
const update = (update_id: number): Update & { text: string } => ({ update_id, text: `n${update_id}` });
const NOTHING: UpdateBacklog<Update> = { updates: [], interrupted: [] };

interface Opened {
  readonly log: UpdateLog<Update>;
  readonly backlog: (consumer?: string) => UpdateBacklog<Update> | undefined;
}

async function opened(folder: string, consumers: readonly string[] = ['chat'], bot = BOT): Promise<Opened> {
  const log = createUpdateLog<Update>(folder);
  const backlogs = await log.open(bot, consumers);
  return { log, backlog: (consumer = 'chat') => backlogs.get(consumer) };
}

const stored = async (folder: string) => JSON.parse(await readFile(join(folder, 'updates.json'), 'utf8'));
const idsOf = (updates: readonly Update[] = []) => updates.map(({ update_id }) => update_id);

describe('the log of updates', () => {
  test('brings back what was appended and not acknowledged, in order, whole', async () => {
    const folder = await temporaryFolder();
    const before = await opened(folder);
    expect(before.backlog()).toEqual(NOTHING);
    await before.log.append([7, 8, 9].map(update));
    await before.log.ack('chat', 8);
    expect((await opened(folder)).backlog()).toEqual({ updates: [update(7), update(9)], interrupted: [] });
  });

  test('is empty again after everything was acknowledged', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder);
    await log.append([update(1)]);
    await log.ack('chat', 1);
    expect(log.size()).toBe(0);
    expect((await opened(folder)).backlog()).toEqual(NOTHING);
  });

  test('writes nothing while there was never anything, or what came was acknowledged at once', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder);
    await log.flush();
    const appended = log.append([update(1)]);
    await Promise.all([appended, log.ack('chat', 1)]);
    expect(await readdir(folder)).toEqual([]);
  });

  test('is at rest after a flush, also one asked for between a write and the next', async () => {
    let writes = 0;
    const log = createUpdateLog<Update>(await temporaryFolder(), async () => {
      writes += 1;
    });
    await log.open(BOT, ['chat', 'inbox']);
    const appended = log.append([update(1)]);
    // After the append's write began, so that the next one is due.
    await Promise.resolve();
    const acknowledged = log.ack('chat', 1);
    await appended;
    await log.flush();
    const atRest = writes;
    await acknowledged;
    await new Promise(setImmediate);
    expect(writes).toBe(atRest);
  });

  test('sets an update apart that was begun three times without an end', async () => {
    const folder = await temporaryFolder();
    const first = await opened(folder);
    const appended = first.log.append([update(5), update(6)]);
    expect(first.log.begin('chat', 5)).toBe(1);
    await appended;
    const backlogs: number[][] = [];
    for (let start = 0; start < 3; start += 1) {
      const { log, backlog } = await opened(folder);
      backlogs.push(idsOf(backlog()?.updates), idsOf(backlog()?.interrupted));
      for (const { update_id } of backlog()?.updates.slice(0, 1) ?? []) log.begin('chat', update_id);
      await log.flush();
    }
    // The update behind it was never begun, so no restart counts against it.
    expect(backlogs).toEqual([[5, 6], [], [5, 6], [], [6], [5]]);
  });

  test('of another bot is dropped', async () => {
    const folder = await temporaryFolder();
    await (await opened(folder)).log.append([update(5)]);
    expect((await opened(folder, ['chat'], BOT + 1)).backlog()).toEqual(NOTHING);
  });

  test.each([
    '{"bot_id":42,"upd',
    'null',
    '[]',
    '"x"',
    '{"bot_id":42,"updates":"all","others":7}',
    '{"bot_id":42,"updates":[null,3,{},{"update":{}}],"others":[null,{"update":{"update_id":1}}]}',
    '{"bot_id":42,"others":[{"update":{"update_id":1},"consumers":"inbox"}]}',
  ])('skips what makes no sense: %s', async (text) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'updates.json'), text);
    const { log, backlog } = await opened(folder);
    expect(backlog()).toEqual(NOTHING);
    await log.append([update(1)]);
    expect(idsOf((await opened(folder)).backlog()?.updates)).toEqual([1]);
  });

  test('puts a file aside that can’t be parsed, for a person to see', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'updates.json'), 'half a fi');
    const { log } = await opened(folder);
    const [aside = ''] = (await readdir(folder)).filter((name) => name.startsWith('updates.json.corrupt-'));
    expect(await readFile(join(folder, aside), 'utf8')).toBe('half a fi');
    expect(await log.unreadable()).toEqual([expect.stringContaining(join(folder, aside))]);
  });

  test('shares writes among many calls, and writes the last state', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder);
    await Promise.all(Array.from({ length: 50 }, (_, i) => log.append([update(i)])));
    expect((await stored(folder)).updates).toHaveLength(50);
    expect((await stat(join(folder, 'updates.json'))).mode & 0o777).toBe(0o660);
    expect(await readdir(folder)).toEqual(['updates.json']);
  });

  test('reports that it cannot be written, and is written when it can be', async () => {
    const folder = join(await temporaryFolder(), 'later');
    const { log } = await opened(folder);
    await expect(log.append([update(1)])).rejects.toThrow('ENOENT');
    await mkdir(folder);
    await log.flush();
    expect(await readdir(folder)).toEqual(['updates.json']);
  });
});

describe('several consumers', () => {
  const BOTH = ['chat', 'inbox'];

  test('acknowledge by themselves: each gets back what it left open, in order', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder, BOTH);
    await log.append([1, 2, 3].map(update));
    await log.ack('chat', 1);
    await log.ack('chat', 2);
    await log.ack('inbox', 2);
    const again = await opened(folder, BOTH);
    expect(idsOf(again.backlog('chat')?.updates)).toEqual([3]);
    expect(idsOf(again.backlog('inbox')?.updates)).toEqual([1, 3]);
    expect(again.log.size()).toBe(2);
  });

  test('count their attempts by themselves', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder, BOTH);
    const appended = log.append([update(1)]);
    for (let time = 0; time < 3; time += 1) log.begin('inbox', 1);
    await appended;
    const again = await opened(folder, BOTH);
    expect(again.backlog('inbox')).toEqual({ updates: [], interrupted: [update(1)] });
    expect(again.backlog('chat')).toEqual({ updates: [update(1)], interrupted: [] });
  });

  test('one that is new gets nothing from before, one that is gone keeps nothing open', async () => {
    const folder = await temporaryFolder();
    await (await opened(folder, ['chat', 'relay'])).log.append([update(1)]);
    const { log, backlog } = await opened(folder, BOTH);
    expect(backlog('inbox')).toEqual(NOTHING);
    await log.ack('chat', 1);
    expect(log.size()).toBe(0);
  });
});

describe('version 0.1', () => {
  test('is read: its updates are open for the chat, as often begun as it says', async () => {
    const folder = await temporaryFolder();
    const updates = [{ update: update(1), tries: 3 }, { update: update(2), tries: 1 }, { update: update(3) }];
    await writeFile(join(folder, 'updates.json'), JSON.stringify({ bot_id: BOT, updates }));
    const { log, backlog } = await opened(folder, ['chat', 'inbox']);
    expect(backlog('chat')).toEqual({ updates: [update(2), update(3)], interrupted: [update(1)] });
    expect(backlog('inbox')).toEqual(NOTHING);
    expect(log.begin('chat', 2)).toBe(2);
  });

  test('finds its own format with the chat alone', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder);
    const appended = log.append([update(1)]);
    log.begin('chat', 1);
    await appended;
    expect(await stored(folder)).toEqual({ bot_id: BOT, updates: [{ update: update(1), tries: 1 }] });
  });

  test('finds what the chat has to handle, and nothing else, where other consumers are behind', async () => {
    const folder = await temporaryFolder();
    const { log } = await opened(folder, ['chat', 'inbox']);
    await log.append([update(1), update(2)]);
    await log.ack('chat', 1);
    // Version 0.1 reads `bot_id` and, of each entry of `updates`, `update` and `tries`.
    expect(await stored(folder)).toEqual({
      bot_id: BOT,
      updates: [{ update: update(2), tries: 0, consumers: { inbox: 0 } }],
      others: [{ update: update(1), consumers: { inbox: 0 } }],
    });
  });
});
