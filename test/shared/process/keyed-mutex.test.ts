import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createKeyedMutex } from '../../../src/shared/process/keyed-mutex.ts';

describe('a keyed mutex', () => {
  test('keeps the order of a key, does not wait for other keys, and goes on after a failure', async () => {
    const inTurn = createKeyedMutex();
    const done: string[] = [];
    const work = (name: string, ms: number) => async () => {
      await sleep(ms);
      done.push(name);
      if (name === 'a1') throw new Error('a1');
    };
    const all = [inTurn('a', work('a1', 60)), inTurn('a', work('a2', 1)), inTurn('b', work('b1', 20))];
    expect((await Promise.allSettled(all)).map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'fulfilled']);
    expect(done).toEqual(['b1', 'a1', 'a2']);
  });
});
