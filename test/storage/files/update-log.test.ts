import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Update } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { createUpdateLog } from '../../../src/storage/files/update-log.ts';
import { temporaryFolder } from '../../shared/support/folder.ts';

const BOT = 42;
const update = (update_id: number) => ({ update_id, message: { text: `n${update_id}` } }) as unknown as Update;
const idsOf = (updates: readonly Update[]) => updates.map(({ update_id }) => update_id);

describe('the journal', () => {
  test('brings back what was kept and not done, in order, whole', async () => {
    const folder = await temporaryFolder();
    const before = createUpdateLog(folder);
    expect(await before.open(BOT)).toEqual({ updates: [], givenUp: [] });
    for (const id of [7, 8, 9]) before.add(update(id));
    before.done(8);
    await before.keep();
    const { updates } = await createUpdateLog(folder).open(BOT);
    expect(updates).toEqual([update(7), update(9)]);
  });

  test('is empty again after all is done', async () => {
    const folder = await temporaryFolder();
    const journal = createUpdateLog(folder);
    await journal.open(BOT);
    journal.add(update(1));
    await journal.keep();
    journal.done(1);
    expect(journal.size()).toBe(0);
    await journal.keep();
    expect(await createUpdateLog(folder).open(BOT)).toMatchObject({ updates: [] });
  });

  test('writes nothing while there was never anything', async () => {
    const folder = await temporaryFolder();
    const journal = createUpdateLog(folder);
    await journal.open(BOT);
    await journal.keep();
    expect(await readdir(folder)).toEqual([]);
  });

  test('gives an update up that was begun three times without an end', async () => {
    const folder = await temporaryFolder();
    const first = createUpdateLog(folder);
    await first.open(BOT);
    first.add(update(5));
    await first.keep();
    const began: number[][] = [];
    for (let start = 0; start < 3; start += 1) {
      const journal = createUpdateLog(folder);
      const { updates, givenUp } = await journal.open(BOT);
      // Taken in once more, as by the poll loop, it has still been begun as often.
      for (const one of updates) journal.add(one);
      await journal.keep();
      began.push(idsOf(updates), idsOf(givenUp));
      for (const { update_id } of givenUp) journal.done(update_id);
      await journal.keep();
    }
    expect(began).toEqual([[5], [], [5], [], [], [5]]);
    expect(await createUpdateLog(folder).open(BOT)).toEqual({ updates: [], givenUp: [] });
  });

  test('of another bot is none of this one’s', async () => {
    const folder = await temporaryFolder();
    const journal = createUpdateLog(folder);
    await journal.open(BOT);
    journal.add(update(5));
    await journal.keep();
    expect(await createUpdateLog(folder).open(BOT + 1)).toEqual({ updates: [], givenUp: [] });
  });

  test.each([
    '{"bot_id":42,"upd',
    'null',
    '[]',
    '"x"',
    '{"bot_id":42,"updates":"all"}',
    '{"bot_id":42,"updates":[null,3,{},{"update":{}}]}',
  ])('that holds %s is passed over', async (text) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'updates.json'), text);
    const journal = createUpdateLog(folder);
    expect(await journal.open(BOT)).toEqual({ updates: [], givenUp: [] });
    journal.add(update(1));
    await journal.keep();
    expect(idsOf((await createUpdateLog(folder).open(BOT)).updates)).toEqual([1]);
  });

  test('that can’t be parsed is put beside, for a person to see', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'updates.json'), 'half a fi');
    await createUpdateLog(folder).open(BOT);
    const [aside = ''] = (await readdir(folder)).filter((name) => name.startsWith('updates.json.corrupt-'));
    expect(await readFile(join(folder, aside), 'utf8')).toBe('half a fi');
    expect(await createUpdateLog(folder).putAside()).toEqual([expect.stringContaining(join(folder, aside))]);
  });

  test('asked to keep many times at once writes the last state', async () => {
    const folder = await temporaryFolder();
    const journal = createUpdateLog(folder);
    await journal.open(BOT);
    const kept = Array.from({ length: 50 }, (_, i) => {
      journal.add(update(i));
      return journal.keep();
    });
    await Promise.all(kept);
    const stored = JSON.parse(await readFile(join(folder, 'updates.json'), 'utf8'));
    expect(stored.updates).toHaveLength(50);
    expect((await stat(join(folder, 'updates.json'))).mode & 0o777).toBe(0o660);
    expect(await readdir(folder)).toEqual(['updates.json']);
  });

  test('that cannot be written says so, and can be again', async () => {
    const folder = join(await temporaryFolder(), 'later');
    const journal = createUpdateLog(folder);
    await journal.open(BOT);
    journal.add(update(1));
    await expect(journal.keep()).rejects.toThrow('ENOENT');
    await mkdir(folder);
    await journal.keep();
    expect(await readdir(folder)).toEqual(['updates.json']);
  });
});
