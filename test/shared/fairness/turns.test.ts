import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTurns } from '../../../src/shared/fairness/turns.ts';

test('parties take turns, each in its own order', () => {
  const turns = createTurns<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1', 'a4', 'c1', 'c2']) turns.add(item.charAt(0), item);
  expect([turns.size(), turns.parties(), turns.peek()]).toEqual([7, 3, 'a1']);
  expect(turns.takeAll()).toEqual(['a1', 'b1', 'c1', 'a2', 'c2', 'a3', 'a4']);
  expect([turns.size(), turns.parties(), turns.peek(), turns.take()]).toEqual([0, 0, undefined, undefined]);
});

test('a party that may not now keeps its turn and its order', () => {
  const turns = createTurns<string>();
  for (const item of ['a1', 'a2', 'b1', 'b2']) turns.add(item.charAt(0), item);
  expect([turns.take((party) => party === 'b'), turns.take(() => false)]).toEqual(['b1', undefined]);
  expect(turns.takeAll()).toEqual(['a1', 'b2', 'a2']);
});

test('an item that is removed is not taken, and its party keeps its turn while it has another', () => {
  const turns = createTurns<string>();
  for (const item of ['a1', 'a2', 'a3', 'b1']) turns.add(item.charAt(0), item);
  turns.take();
  const remove = (item: string) => turns.remove(item.charAt(0), (one) => one === item);
  expect([remove('a2'), remove('a2'), remove('a1'), remove('b1'), remove('c1')]).toEqual([
    true,
    false,
    false,
    true,
    false,
  ]);
  expect([turns.size(), turns.parties()]).toEqual([1, 1]);
  expect(turns.takeAll()).toEqual(['a3']);
});

test('a party that comes while others wait is served after one item of each', () => {
  const turns = createTurns<string>();
  for (let i = 0; i < 1_000; i += 1) turns.add('a', `a${i}`);
  turns.take();
  turns.add('b', 'b0');
  expect([turns.take(), turns.take(), turns.take()]).toEqual(['a1', 'b0', 'a2']);
});

test('nothing is lost, and every party’s order stays, whatever comes and goes', () => {
  const step = fc.oneof(fc.constantFrom('a', 'b', 'c'), fc.constant(undefined));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const turns = createTurns<readonly [string, number]>();
      const added = new Map<string, number>();
      const taken = new Map<string, number>();
      const check = (item: readonly [string, number] | undefined) => {
        if (item === undefined) return;
        expect(item[1]).toBe(taken.get(item[0]) ?? 0);
        taken.set(item[0], item[1] + 1);
      };
      for (const party of steps) {
        if (party === undefined) check(turns.take());
        else {
          const n = added.get(party) ?? 0;
          turns.add(party, [party, n]);
          added.set(party, n + 1);
        }
      }
      for (const item of turns.takeAll()) check(item);
      expect(taken).toEqual(added);
    }),
  );
});
