import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRunStore } from '../../../src/storage/files/runs.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';

const HOUR = 3_600_000;
const run = { user: 'ann', script: 'rev.py', chatId: 1, begunAt: 5 };
/** The same as the file holds it. */
const stored = { user: 'ann', script: 'rev.py', chat_id: 1, begun_at: 5 };

describe('runs', () => {
  test('begin once for an update, also in the next service', async () => {
    const folder = await temporaryFolder();
    const runs = createRunStore(folder, () => 0);
    expect(await runs.begin('7:1', run)).toBe(true);
    expect(await runs.begin('7:1', run)).toBe(false);
    const next = createRunStore(folder, () => 0);
    expect([await next.begin('7:1', run), await next.knows('7:1'), await next.knows('7:2')]).toEqual([
      false,
      true,
      false,
    ]);
    await next.end('7:1');
    expect([await next.begin('7:1', run), await next.left()]).toEqual([false, []]);
  });

  test('are left until they end, with all that was noted', async () => {
    const folder = await temporaryFolder();
    const runs = createRunStore(folder, () => 0);
    await Promise.all([runs.begin('7:1', run), runs.begin('7:2', run)]);
    const summary = { mark: '✅', name: 'rev.py', words: 'sent' };
    await runs.note('7:2', { messageId: 9 });
    await runs.note('7:2', { summary });
    await runs.note('7:3', { messageId: 1 });
    expect(await createRunStore(folder, () => 0).left()).toEqual([
      ['7:1', run],
      ['7:2', { ...run, messageId: 9, summary }],
    ]);
    expect(JSON.parse(await readFile(join(folder, 'runs.json'), 'utf8'))).toEqual({
      '7:1': stored,
      '7:2': { ...stored, message_id: 9, said: summary },
    });
  });

  test('are forgotten 25 hours after their end, and not before', async () => {
    const folder = await temporaryFolder();
    let time = 0;
    const runs = createRunStore(folder, () => time);
    await runs.begin('7:1', run);
    await runs.end('7:1');
    await runs.begin('7:2', run);
    time = 25 * HOUR;
    await runs.begin('7:3', run);
    expect(await runs.knows('7:1')).toBe(true);
    time += 1;
    await runs.begin('7:4', run);
    expect(await Promise.all(['7:1', '7:2', '7:3'].map((update) => runs.knows(update)))).toEqual([false, true, true]);
  });

  test('that ended are kept within bounds, the newest first', async () => {
    const folder = await temporaryFolder();
    const ended = Array.from({ length: 6_000 }, (_, i) => [`7:${i}`, { ended_at: 1 }]);
    await writeFile(join(folder, 'runs.json'), JSON.stringify(Object.fromEntries(ended)));
    const runs = createRunStore(folder, () => 2);
    await runs.begin('7:6000', run);
    expect(Object.keys(JSON.parse(await readFile(join(folder, 'runs.json'), 'utf8')))).toHaveLength(5_001);
    expect([await runs.knows('7:999'), await runs.knows('7:1000')]).toEqual([false, true]);
  });
});

describe('a file that can’t be read', () => {
  test.each(['{', '[]', 'null'])('%j begins nothing, is left as it is, and is reported', async (content) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'runs.json'), content);
    const reported: string[] = [];
    const runs = createRunStore(
      folder,
      () => 0,
      ({ code }) => reported.push(code),
    );
    await expect(runs.begin('7:1', run)).rejects.toMatchObject({ code: 'runs_unreadable' });
    await expect(runs.left()).rejects.toMatchObject({ code: 'runs_unreadable' });
    expect((await runs.check())?.code).toBe('runs_unreadable');
    expect(reported).toEqual(['runs_unreadable']);
    expect(await readFile(join(folder, 'runs.json'), 'utf8')).toBe(content);
  });

  test.each([null, 5, {}, { user: 'ann' }, { ...stored, chat_id: 'x' }])(
    'an entry %j is passed over',
    async (entry) => {
      const folder = await temporaryFolder();
      await writeFile(join(folder, 'runs.json'), JSON.stringify({ '7:1': entry, '7:2': stored }));
      const runs = createRunStore(folder, () => 0);
      expect(await runs.left()).toEqual([['7:2', run]]);
      expect(await runs.begin('7:1', run)).toBe(false);
    },
  );
});
