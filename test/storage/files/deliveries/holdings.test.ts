import { describe, expect, test } from 'vitest';
import type { Delivery } from '../../../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../../../src/core/destination.ts';
import { createHoldings } from '../../../../src/storage/files/deliveries/holdings.ts';

const BOUNDS = { accountBytes: 400, bytes: 1_000, reserve: 100, little: 50, accountFailed: 3, failed: 6 };

const delivery = (user: string, name: string): Delivery<unknown> => ({
  delivery: name,
  id: name,
  user,
  uid: 1_000 + user.charCodeAt(0),
  destination: linkedChat(user, 5),
  acceptedAt: '2026-01-30T12:00:00Z',
  summary: { text: 'x' },
  steps: [],
  files: [],
  done: 0,
  messageIds: [],
  attempts: 0,
});

/** Holdings of failed deliveries of 100 bytes each: of each user as many as said, named `ann0`, `ann1`, … */
function holdingsOf(counts: Readonly<Record<string, number>>) {
  const holdings = createHoldings(BOUNDS);
  for (const [user, count] of Object.entries(counts)) {
    for (let i = 0; i < count; i += 1) holdings.count(delivery(user, `${user}${i}`), true, 'x'.repeat(100));
  }
  return holdings;
}

describe('failed deliveries beyond their bounds', () => {
  test('are the oldest of an account with more than its own', () => {
    expect(holdingsOf({ ann: 5, ben: 1 }).surplus()).toEqual(['ann0', 'ann1']);
  });

  test('are the oldest of the account with the most, where all together are too many', () => {
    expect(holdingsOf({ ann: 2, ben: 3, cal: 2 }).surplus()).toEqual(['ben0']);
    expect(holdingsOf({ ann: 5, ben: 3, cal: 3 }).surplus()).toEqual(['ann0', 'ann1', 'ann2', 'ann3', 'ann4']);
  });

  test('are none within the bounds', () => {
    expect(holdingsOf({ ann: 3, ben: 3 }).surplus()).toEqual([]);
  });
});

describe('room for a delivery', () => {
  const newcomer = (user: string, bytes: number) => [{ delivery: delivery(user, 'new'), text: 'x'.repeat(bytes) }];

  test('needs nothing where it fits', () => {
    expect(holdingsOf({ ann: 2 }).roomFor(newcomer('ann', 200))).toEqual([]);
  });

  test('is made of the account’s own failed deliveries first', () => {
    expect(holdingsOf({ ann: 3, ben: 3 }).roomFor(newcomer('ann', 250))).toEqual(['ann0', 'ann1']);
  });

  test('is made of those of the account with the most where all together take too much', () => {
    const counts = { ann: 2, ben: 4, cal: 3 };
    expect(holdingsOf(counts).roomFor(newcomer('ann', 150))).toEqual(['ben0', 'ben1']);
    // The reserve is for who has little.
    expect(holdingsOf(counts).roomFor(newcomer('dan', 50))).toEqual([]);
  });

  test('is not to be had for more than an account may have', () => {
    expect(holdingsOf({ ann: 1 }).roomFor(newcomer('ann', 401))).toBeUndefined();
  });
});

describe('deliveries of one notification with a file', () => {
  const shared = (place: number): Delivery<unknown> => ({
    ...delivery('ann', `ann${place}`),
    files: [{ name: 'a.png', size: 200 }],
    fanOut: { batch: 'ann0', place, of: 3 },
  });
  const text = 'x'.repeat(10);
  const all = [0, 1, 2].map((place) => ({ delivery: shared(place), text }));

  test('take the room of the file once', () => {
    const holdings = createHoldings(BOUNDS);
    expect(holdings.roomFor(all)).toEqual([]);
    for (const one of all) holdings.count(one.delivery, false, text);
    // 230 of 400 bytes are taken, until the last of them is gone.
    const other = [{ delivery: delivery('ann', 'new'), text: 'x'.repeat(171) }];
    expect(holdings.roomFor(other)).toBeUndefined();
    for (const { delivery: name } of [shared(0), shared(1)]) holdings.release(name);
    expect(holdings.roomFor([{ delivery: delivery('ann', 'new'), text: 'x'.repeat(191) }])).toBeUndefined();
    holdings.release(shared(2).delivery);
    expect(holdings.roomFor([{ delivery: delivery('ann', 'new'), text: 'x'.repeat(400) }])).toEqual([]);
  });

  test('that failed make the room of the file only when all of them go', () => {
    const holdings = createHoldings(BOUNDS);
    for (const one of all) holdings.count(one.delivery, true, text);
    expect(holdings.roomFor([{ delivery: delivery('ann', 'new'), text: 'x'.repeat(190) }])).toEqual(['ann0', 'ann1']);
    expect(holdings.roomFor([{ delivery: delivery('ann', 'new'), text: 'x'.repeat(191) }])).toHaveLength(3);
  });
});
