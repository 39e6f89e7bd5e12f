import { describe, expect, test } from 'vitest';
import { createConnectionShares } from '../../../src/shared/fairness/connection-shares.ts';

interface Member {
  readonly uid: number;
  busy: boolean;
}

/** As many places as the service has, 2,000 and 50, unless a test says otherwise. */
function shared(places = 2_000, unknownPlaces = 50) {
  const shares = createConnectionShares<Member>({ places, unknownPlaces, isSpare: ({ busy }) => !busy });
  const held = new Set<Member>();
  /** Asks until it is refused or takes places away. @returns how many it got of free ones */
  function take(uid: number, times: number, { busy = false, hasAccount = true } = {}): number {
    for (let got = 0; got < times; got += 1) {
      const member = { uid, busy };
      const admission = shares.admit(uid, member);
      if (admission.outcome === 'refused') return got;
      held.add(member);
      if (admission.displaced !== undefined) held.delete(admission.displaced);
      if (shares.isPending(uid)) for (const excess of shares.settle(uid, hasAccount)) held.delete(excess);
    }
    return times;
  }
  const count = (uid: number) => [...held].filter((member) => member.uid === uid).length;
  const free = (uid: number) => {
    for (const member of held) {
      if (member.uid !== uid) continue;
      shares.remove(member);
      held.delete(member);
    }
  };
  return { shares, take, count, free, held };
}

describe('accounts with busy connections only', () => {
  test.each([
    [[1], [1_200]],
    [
      [1, 2],
      [1_200, 480],
    ],
    [
      [1, 2, 3],
      [1_200, 480, 192],
    ],
  ])('%j, one after the other, get %j', (uids, expected) => {
    const { take } = shared();
    expect(uids.map((uid) => take(uid, 5_000, { busy: true }))).toEqual(expected);
  });

  test('two that take turns get the same', () => {
    const { take, count } = shared();
    for (let turn = 0; turn < 2_500; turn += 1) for (const uid of [1, 2]) take(uid, 1, { busy: true });
    expect([count(1), count(2)]).toEqual([750, 750]);
    expect(take(3, 100, { busy: true })).toBe(100);
  });
});

describe('accounts whose connections can be spared', () => {
  test('share all places evenly, however many come and in whichever order', () => {
    const { take, count } = shared();
    for (let round = 0; round < 2_000; round += 1) for (let uid = 1; uid <= 20; uid += 1) take(uid, 1);
    for (let uid = 1; uid <= 20; uid += 1) expect(count(uid)).toBeGreaterThanOrEqual(90);
    expect(take(21, 90)).toBe(90);
    expect(count(21)).toBe(90);
  });

  test('lose no place to one that has as many', () => {
    const { take, count } = shared(10);
    take(1, 5);
    take(2, 5);
    const [one, two] = [count(1), count(2)];
    take(1, 20);
    expect(Math.abs(count(1) - count(2))).toBeLessThanOrEqual(1);
    expect(one + two).toBeLessThanOrEqual(10);
  });

  test('are refused with whose fault it is', () => {
    const { shares, take } = shared(3);
    take(1, 3, { busy: true });
    take(2, 3, { busy: true });
    expect(shares.admit(1, { uid: 1, busy: true })).toEqual({ outcome: 'refused', whose: 'own' });
    take(3, 1, { busy: true });
    expect(shares.admit(4, { uid: 4, busy: true })).toEqual({ outcome: 'refused', whose: 'all' });
  });
});

describe('uids without an account', () => {
  test('have fifty places together', () => {
    const { take, held } = shared();
    for (let uid = 100_000; uid < 165_536; uid += 97) take(uid, 3, { busy: true, hasAccount: false });
    expect(held.size).toBe(50);
    expect(take(1, 5_000, { busy: true })).toBeGreaterThan(1_100);
  });

  test('give way while it is not known yet whether they have one', () => {
    const { shares } = shared(100);
    for (let uid = 100_000; uid < 100_100; uid += 1) shares.admit(uid, { uid, busy: true });
    const mine = { uid: 1, busy: true };
    expect(shares.admit(1, mine)).toMatchObject({ outcome: 'admitted', displaced: { uid: 100_000 } });
    expect(shares.settle(1, true)).toEqual([]);
    expect([shares.isPending(1), shares.isPending(100_001)]).toEqual([false, true]);
  });
});

test('what ends frees its place, and an account that has none is forgotten', () => {
  const { shares, take, free } = shared();
  expect(take(1, 5_000, { busy: true })).toBe(1_200);
  free(1);
  expect(shares.isPending(1)).toBe(false);
  expect(take(2, 5_000, { busy: true })).toBe(1_200);
});
