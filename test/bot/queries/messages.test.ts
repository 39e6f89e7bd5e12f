import { describe, expect, onTestFinished, test } from 'vitest';

import type { Delivery } from '../../../src/core/delivery/delivery.ts';
import type { HistoryRecord } from '../../../src/core/delivery/history-record.ts';
import { linkedChat } from '../../../src/core/destination.ts';
import { createHistory } from '../../../src/storage/files/history/history.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { pageOf } from './support/page-of.ts';

const DAY = 24 * 3_600_000;

const record = (id: string, more: Partial<HistoryRecord> = {}): HistoryRecord => ({
  id,
  delivery: `d-${id}`,
  user: 'ana',
  uid: 1001,
  destination: linkedChat('ana', 1),
  status: 'sent',
  acceptedAt: '2026-06-01T10:00:00.000Z',
  finishedAt: new Date().toISOString(),
  messageIds: [1],
  text: `text of ${id}`,
  ...more,
});
const waiting = (id: string, more: object = {}) =>
  ({
    delivery: `d-${id}`,
    id,
    user: 'ana',
    uid: 1001,
    destination: linkedChat('ana', 5),
    acceptedAt: '2026-06-01T11:00:00.000Z',
    summary: { text: `text of ${id}`, title: 'T' },
    messageIds: [],
    lastError: 'Telegram is away.',
    attempts: 0,
    ...more,
  }) as unknown as Delivery<unknown>;

interface Setting {
  readonly records?: readonly HistoryRecord[];
  readonly queued?: readonly Delivery<unknown>[];
  readonly ahead?: number;
  readonly gone?: readonly string[];
}

async function list(
  setting: Setting,
  limit = 20,
  owner: { name: string; uid: number | undefined } = { name: 'ana', uid: 1001 },
) {
  const { records = [], queued = [], ahead = 0, gone = [] } = setting;
  const history = createHistory(await temporaryFolder(), Date.now);
  onTestFinished(() => history.close());
  for (const one of records) await history.append(one);
  const page = await pageOf(
    {
      history,
      queued: (user) =>
        queued
          .filter((d) => d.user === user)
          .map(({ delivery, id }) => ({
            delivery,
            id,
            user: user ?? '',
            to: `user:${user}`,
            fanOut: undefined,
            repeats: undefined,
            at: 0,
            isHeld: false,
            settled: new Promise<never>(() => {}),
          })),
      read: async (delivery) => queued.find((d) => d.delivery === delivery && !gone.includes(d.id)),
      now: () => Date.now() + ahead,
    },
    { whose: { user: owner.name, uid: owner.uid }, limit },
  );
  return page.messages;
}
const idsOf = (messages: readonly { id: string; status: string }[]) =>
  messages.map(({ id, status }) => `${id} ${status}`);

describe('the list of messages', () => {
  test('shows what waits before what is done, each newest first', async () => {
    const messages = await list({ records: [record('1'), record('2')], queued: [waiting('3'), waiting('4')] });
    expect(idsOf(messages)).toEqual(['4 queued', '3 queued', '2 sent', '1 sent']);
    expect(messages[0]).toEqual({
      id: '4',
      to: 'user:ana',
      status: 'queued',
      acceptedAt: '2026-06-01T11:00:00.000Z',
      title: 'T',
      text: 'text of 4',
      messageIds: [],
      error: 'Telegram is away.',
    });
    expect(messages[0]).not.toHaveProperty('finishedAt');
  });

  test('ends at the limit, whatever it is filled from', async () => {
    const setting = { records: [record('1'), record('2'), record('3')], queued: [waiting('4'), waiting('5')] };
    expect(idsOf(await list(setting, 1))).toEqual(['5 queued']);
    expect(idsOf(await list(setting, 2))).toEqual(['5 queued', '4 queued']);
    expect(idsOf(await list(setting, 4))).toEqual(['5 queued', '4 queued', '3 sent', '2 sent']);
  });

  test('shows one that failed and was sent again once, as it stands now', async () => {
    const failed = record('1', { status: 'failed', error: 'blocked', messageIds: [] });
    expect(idsOf(await list({ records: [failed, record('1')] }))).toEqual(['1 sent']);
    const again = waiting('1', { acceptedAt: failed.acceptedAt });
    expect(idsOf(await list({ records: [failed], queued: [again] }))).toEqual(['1 queued']);
  });

  test('shows one that is delivered while the list is made once, or not at all', async () => {
    expect(idsOf(await list({ records: [record('1')], queued: [waiting('1')], gone: ['1'] }))).toEqual(['1 sent']);
  });

  test('shows nobody else’s, also where a name was given to another account', async () => {
    const records = [
      record('mine'),
      record('theirs', { uid: 1002 }),
      record('bens', { user: 'ben' }),
      record('old', {}),
    ];
    const nobodys = record('for a name without an account', { uid: undefined });
    expect(idsOf(await list({ records: [...records, nobodys] }))).toEqual(['old sent', 'mine sent']);
    expect(idsOf(await list({ queued: [waiting('3', { uid: 1002 }), waiting('4')] }))).toEqual(['4 queued']);
  });

  test('is not fooled by a text that looks like another’s line', async () => {
    const tricky = record('x', { user: 'ben', text: '"user":"ana"' });
    expect(await list({ records: [tricky] })).toEqual([]);
    expect(idsOf(await list({ records: [record('q', { user: 'a"b' })] }, 20, { name: 'a"b', uid: 1001 }))).toEqual([
      'q sent',
    ]);
  });

  test('leaves out what is older than the history is kept', async () => {
    expect(await list({ records: [record('1')], ahead: 31 * DAY })).toEqual([]);
    expect(await list({ records: [record('1')], ahead: 29 * DAY })).toHaveLength(1);
  });

  test('keeps the inner side to itself', async () => {
    const [message] = await list({ records: [record('1', { digest: 'd', data: { secret: 1 } })] });
    expect(Object.keys(message ?? {}).sort()).toEqual([
      'acceptedAt',
      'finishedAt',
      'id',
      'messageIds',
      'status',
      'text',
      'to',
    ]);
  });
});
