import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createRequestTurns } from '../../../src/shared/fairness/request-turns.ts';
import { createRateLimit } from '../../../src/shared/http/rate-limit.ts';
import { waitFor } from '../../support/wait-for.ts';

function started(perMinute: number) {
  let time = 0;
  const rate = createRateLimit<string>({ perMinute, now: () => time });
  const turns = createRequestTurns({ perTurn: 1, waitMs: rate.take });
  const begun: string[] = [];
  return {
    begun,
    later(ms: number) {
      time += ms;
    },
    add: (source: string, name: string) => turns.add(source, () => begun.push(name)),
  };
}

test('sources take turns, and one request begins in a turn of the event loop', async () => {
  const { add, begun } = started(1_000);
  for (let index = 0; index < 100; index += 1) add('flood', `flood ${index}`);
  add('anna', 'anna 0');
  add('anna', 'anna 1');
  expect(begun).toEqual([]);
  await nextTurn();
  expect(begun).toHaveLength(1);
  await waitFor(() => begun.length === 102);
  expect(begun.slice(0, 5)).toEqual(['flood 0', 'anna 0', 'flood 1', 'anna 1', 'flood 2']);
});

test('what exceeds the rate of its source waits, and delays no other', async () => {
  // One every 60 ms.
  const { add, begun, later } = started(1_000);
  for (let index = 0; index < 1_002; index += 1) add('flood', 'flood');
  await waitFor(() => begun.length === 1_000);
  add('anna', 'anna');
  await waitFor(() => begun.length === 1_001);
  expect(begun.at(-1)).toBe('anna');
  later(60);
  await waitFor(() => begun.length === 1_002);
  later(60);
  await waitFor(() => begun.length === 1_003);
});

test('a request that leaves the queue is not begun', async () => {
  const { add, begun } = started(1_000);
  const leave = add('anna', 'first');
  add('berta', 'berta');
  add('anna', 'second');
  leave();
  await waitFor(() => begun.length === 2);
  leave();
  expect(begun.sort()).toEqual(['berta', 'second']);
});

test('a few of a party begin at once; the others wait, and delay no other party', async () => {
  const turns = createRequestTurns<string>({ perTurn: 2, atOnce: 3 });
  const begun: string[] = [];
  const add = (party: string) => turns.add(party, () => begun.push(party));
  for (let index = 0; index < 6; index += 1) add('flood');
  add('anna');
  expect(begun).toEqual(['flood', 'flood', 'flood', 'anna']);
  await nextTurn();
  expect(begun.slice(4)).toEqual(['flood', 'flood']);
  // Behind its own that waits.
  add('flood');
  expect(begun).toHaveLength(6);
  await nextTurn();
  expect(begun).toHaveLength(8);
  await nextTurn();
  for (let index = 0; index < 4; index += 1) add('flood');
  expect(begun).toHaveLength(11);
});
