import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import { formatDelivery, parseDelivery } from '../../../../src/storage/files/deliveries/delivery-file.ts';
import { RELEASED_FOLDER } from '../../support/released-folder.ts';

const released = ['outbox', 'failed'].flatMap((folder) =>
  readdirSync(join(RELEASED_FOLDER, folder))
    .filter((name) => name.endsWith('.json'))
    .map((name) => [name, readFileSync(join(RELEASED_FOLDER, folder, name), 'utf8')] as const),
);

const DELIVERY: Delivery<object> = {
  delivery: '0hoi8jflayo-f77f20d1',
  id: 'an id',
  digest: 'abc',
  user: 'ana',
  uid: 1001,
  destination: linkedChat('ana', 5),
  acceptedAt: '2026-11-26T01:04:05.401Z',
  summary: {
    title: 'T',
    text: 'x',
    parseMode: 'HTML',
    source: 's',
    severity: 'low',
    key: 'backup',
    data: { a: [1] },
    buttons: [[{ text: 'a', send: 'b', style: 'danger' }], [{ text: 'c', url: 'https://d.example' }]],
    pictures: 1,
  },
  steps: [
    { part: { kind: 'a' }, cost: 1 },
    { part: { kind: 'b' }, cost: 2 },
  ],
  files: [{ name: 'a.png', size: 71 }],
  done: 1,
  messageIds: [7],
  fileIds: ['f', null],
  attempts: 2,
  triedAt: '2026-11-26T01:04:06.055Z',
  triedMs: 604,
  lastError: 'away',
  failedAt: '2026-11-27T01:04:06.055Z',
  retryOf: '0hoi8jflayn-f77f20d1',
};

describe('a file of the first release', () => {
  test.each(released)('%s is read, and written as it was', (_name, text) => {
    const delivery = parseDelivery(text);
    expect(delivery.destination).toEqual(linkedChat(delivery.user, JSON.parse(text).chat_id));
    expect(JSON.parse(formatDelivery(delivery))).toEqual(JSON.parse(text));
  });

  test('comes in every shape', () => {
    expect(released).toHaveLength(9);
    const deliveries = released.map(([, text]) => parseDelivery(text));
    expect(deliveries.some(({ done }) => done > 0)).toBe(true);
    expect(deliveries.some(({ files }) => files.length > 1)).toBe(true);
    expect(deliveries.some(({ failedAt }) => failedAt !== undefined)).toBe(true);
    expect(deliveries.some(({ triedMs }) => triedMs !== undefined)).toBe(true);
    expect(deliveries.some(({ destination }) => destination.chatId < 0)).toBe(true);
  });
});

describe('the version', () => {
  test('is 1 for the chat of the user’s own link, which the first release reads after a rollback', () => {
    const file = JSON.parse(formatDelivery(DELIVERY));
    expect(file).toMatchObject({ version: 1, chat_id: 5 });
    expect(file).not.toHaveProperty('destination');
    expect(file).not.toHaveProperty('thread_id');
  });

  test.each([
    [
      { name: 'ops', chatId: -100 },
      { destination: 'ops', chat_id: -100 },
    ],
    [
      { name: 'ops/disks', chatId: -100, threadId: 7 },
      { destination: 'ops/disks', chat_id: -100, thread_id: 7 },
    ],
    [
      { name: 'user:ben', chatId: 6 },
      { destination: 'user:ben', chat_id: 6 },
    ],
    [
      { name: 'user:ana', chatId: -5, threadId: 3 },
      { chat_id: -5, thread_id: 3 },
    ],
  ])('is 2 for %j, which the first release must not send to the wrong place', (destination, fields) => {
    const text = formatDelivery({ ...DELIVERY, destination });
    expect(JSON.parse(text)).toMatchObject({ version: 2, ...fields });
    expect(parseDelivery(text)).toEqual({ ...DELIVERY, destination });
  });
});

test('a replacing delivery comes back, and stays one that the first release reads', () => {
  const text = formatDelivery({ ...DELIVERY, replace: true });
  expect(JSON.parse(text)).toMatchObject({ version: 1, replace: true, summary: { key: 'backup' } });
  expect(parseDelivery(text)).toEqual({ ...DELIVERY, replace: true });
  const origin = { feature: 'alerts', ref: 'a1b2/2' } as const;
  const own = formatDelivery({ ...DELIVERY, origin });
  expect([JSON.parse(own), parseDelivery(own)]).toMatchObject([{ version: 1 }, { ...DELIVERY, origin }]);
});

test('every field comes back', () => {
  expect(parseDelivery(formatDelivery(DELIVERY))).toEqual(DELIVERY);
  const { digest, fileIds, triedAt, triedMs, lastError, failedAt, retryOf, ...plain } = DELIVERY;
  const bare = { ...plain, uid: undefined, summary: { text: '' } };
  expect(parseDelivery(formatDelivery(bare))).toStrictEqual(bare);
});

test.each([
  ['', 'it is not JSON'],
  ['{', 'it is not JSON'],
  ['[]', 'version'],
  ['null', 'the whole'],
  [{ version: 3 }, 'version'],
  [{ version: '1' }, 'version'],
  [{ delivery: '../../etc/passwd' }, 'delivery'],
  [{ chat_id: 1.5 }, 'chat_id'],
  [{ chat_id: undefined }, 'chat_id'],
  [{ thread_id: 'x' }, 'thread_id'],
  [{ accepted_at: 'yesterday' }, 'accepted_at'],
  [{ steps: [] }, 'steps'],
  [{ steps: [{ part: {}, cost: 0 }] }, 'steps.0.cost'],
  [{ done: 2 }, 'done'],
  [{ files: [{ file: '../../../etc/passwd', name: 'a', size: 1 }] }, 'files'],
  [{ files: [{ file: `${DELIVERY.delivery}.1`, name: 'a', size: 1 }] }, 'files'],
])('%j is refused, and the field is named', (change, field) => {
  const whole = JSON.parse(formatDelivery(DELIVERY));
  const text = typeof change === 'string' ? change : JSON.stringify({ ...whole, ...change });
  expect(() => parseDelivery(text)).toThrow(
    expect.objectContaining({ code: 'bad_delivery', message: expect.stringContaining(field) }),
  );
});
