/** The history's files, as people and other programs find them; test/storage/contract has its promises. */
import { appendFile, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { HistoryRecord } from '../../../../src/core/delivery/history-record.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import { createHistory } from '../../../../src/storage/files/history/history.ts';
import { temporaryFolder } from '../../../support/files/temporary-folder.ts';

const NOON = Date.parse('2026-06-30T12:00:00Z');
const recordAt = (time: number, id: string): HistoryRecord => ({
  id,
  delivery: id,
  user: 'ana',
  uid: 1001,
  destination: linkedChat('ana', 5),
  status: 'sent',
  acceptedAt: new Date(time).toISOString(),
  finishedAt: new Date(time).toISOString(),
  messageIds: [1],
  text: 'x',
});

async function opened() {
  const dataDir = await temporaryFolder();
  let now = NOON;
  const history = createHistory(dataDir, () => now);
  onTestFinished(() => history.close());
  const append = async (time: number, id: string) => {
    now = time;
    await history.append(recordAt(time, id));
  };
  return { dir: join(dataDir, 'history'), history, append };
}

test('a day is a file of one JSON object a line, which its group may read', async () => {
  const { dir, append } = await opened();
  await append(NOON, 'a');
  await append(NOON + 1000, 'b');
  await append(NOON + 24 * 3_600_000, 'c');
  expect((await readdir(dir)).sort()).toEqual(['2026-06-30.jsonl', '2026-07-01.jsonl']);
  const lines = (await readFile(join(dir, '2026-06-30.jsonl'), 'utf8')).split('\n');
  expect(lines.map((line) => line && JSON.parse(line).id)).toEqual(['a', 'b', '']);
  expect((await stat(join(dir, '2026-06-30.jsonl'))).mode & 0o777).toBe(0o640);
});

test('a torn line is skipped, and the next one begins on a line of its own', async () => {
  const { dir, history, append } = await opened();
  await append(NOON, 'a');
  await history.close();
  await appendFile(join(dir, '2026-06-30.jsonl'), '{"id":"torn","status":"se');
  await append(NOON + 1000, 'b');
  const ids: string[] = [];
  for await (const { id } of history.backwards(0)) ids.push(id);
  expect(ids).toEqual(['b', 'a']);
});

test('lines of other notifications are not read for one that is looked for by its id', async () => {
  const { dir, history, append } = await opened();
  for (const id of ['a', 'b']) await append(NOON, id);
  const found = async (id: string) => {
    const ids: string[] = [];
    for await (const { record } of history.find({ scope: 'all', id }, 0)) ids.push(record.id);
    return ids;
  };
  expect([await found('a'), await found('c')]).toEqual([['a'], []]);
  const path = join(dir, '2026-06-30.jsonl');
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('"b"', '"c"'));
  expect(await found('c')).toEqual([]);
});
