import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HistoryRecord } from '../../../../src/core/delivery/history-record.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import { formatRecord, parseRecord } from '../../../../src/storage/files/history/record-line.ts';
import { RELEASED_FOLDER } from '../../support/released-folder.ts';

const released = readdirSync(join(RELEASED_FOLDER, 'history')).flatMap((name) =>
  readFileSync(join(RELEASED_FOLDER, 'history', name), 'utf8')
    .trimEnd()
    .split('\n'),
);

const RECORD: HistoryRecord = {
  id: 'x',
  delivery: '0hoi8jflayo-f77f20d1',
  user: 'ana',
  uid: undefined,
  destination: linkedChat('ana', 5),
  status: 'sent',
  acceptedAt: '2026-11-26T01:04:05.401Z',
  finishedAt: '2026-11-26T01:04:06.401Z',
  messageIds: [7],
  text: 'hello',
};

test.each(released)('a line of the first release is read, and written as it was: %s', (line) => {
  const record = parseRecord(Buffer.from(line));
  expect(record?.destination).toEqual(linkedChat(record?.user ?? '', JSON.parse(line).chat_id));
  expect(record === undefined ? undefined : JSON.parse(formatRecord(record))).toEqual(JSON.parse(line));
});

test('those lines have every status', () => {
  expect(new Set(released.map((line) => JSON.parse(line).status))).toEqual(new Set(['sent', 'failed', 'muted']));
});

test('another destination is named beside its chat', () => {
  const destination = { name: 'ops/disks', chatId: -100, threadId: 7 };
  const line = formatRecord({ ...RECORD, destination });
  expect(JSON.parse(line)).toMatchObject({ chat_id: -100, destination: 'ops/disks', thread_id: 7 });
  expect(parseRecord(Buffer.from(line))).toStrictEqual({ ...RECORD, destination });
});

test.each(['', '{"status":"se', 'null', '[]', '{}', '{"status":"queued"}'])('%j is no record', (line) => {
  expect(parseRecord(Buffer.from(line))).toBeUndefined();
});
