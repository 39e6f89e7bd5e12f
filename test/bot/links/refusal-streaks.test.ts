import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { createRefusalStreaks } from '../../../src/bot/links/refusal-streaks.ts';
import type { Delivery } from '../../../src/core/delivery/delivery.ts';
import { linkedChat } from '../../../src/core/destination.ts';

const delivery = (text: string, files: Delivery<unknown>['files'] = []): Delivery<unknown> => ({
  delivery: 'x',
  id: 'x',
  user: 'ben',
  uid: 1001,
  destination: linkedChat('ben', 5),
  acceptedAt: '2026-01-30T12:00:00Z',
  summary: { text },
  steps: [],
  files,
  done: 0,
  messageIds: [],
  attempts: 1,
});

test('three different texts in a row, refused for the same reason, make it the chat’s', () => {
  const streaks = createRefusalStreaks();
  expect(['a', 'a', 'a', 'b', 'c'].map((text) => streaks.refused(delivery(text), 'NEW_REASON'))).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
});

test('another reason, something that arrived, and a file begin it anew or do not count', () => {
  const streaks = createRefusalStreaks();
  const file = [{ name: 'a.png', size: 1 }];
  expect(streaks.refused(delivery('a'), 'one')).toBe(false);
  expect(streaks.refused(delivery('b'), 'two')).toBe(false);
  expect(streaks.refused(delivery('c'), 'one')).toBe(false);
  expect(streaks.refused(delivery('d'), 'one')).toBe(false);
  streaks.arrived(5);
  expect(streaks.refused(delivery('e'), 'one')).toBe(false);
  expect(streaks.refused(delivery('f', file), 'one')).toBe(false);
  expect(streaks.refused(delivery('g'), 'one')).toBe(false);
  expect(streaks.refused(delivery('h'), 'one')).toBe(true);
});

test('a chat that refuses many texts takes no more memory than one that refuses three', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const streaks = createRefusalStreaks();
  const used = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  for (let n = 0; n < 5000; n += 1) streaks.refused(delivery(`${n}${'x'.repeat(4000)}`), 'NEW_REASON');
  expect(used() - before).toBeLessThan(5_000_000);
  expect(streaks.refused(delivery('more'), 'NEW_REASON')).toBe(true);
});
