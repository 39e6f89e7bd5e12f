import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBackgroundTasks } from '../../../src/bot/scripts/background-tasks.ts';
import { createConcurrencyLimit } from '../../../src/bot/scripts/concurrency-limit.ts';
import { createKeyedMutex } from '../../../src/shared/process/keyed-mutex.ts';
import { createLog } from '../../../src/shared/process/log.ts';

describe('places', () => {
  test('are bounded for one user and for all, and come back once', () => {
    const slots = createConcurrencyLimit(2, 3);
    const [first, second] = [slots.take('ann'), slots.take('ann')];
    expect(slots.take('ann')).toEqual({ full: 'user' });
    expect(slots.take('ben')).toHaveProperty('free');
    expect(slots.take('eve')).toEqual({ full: 'all' });
    if ('free' in first) {
      first.free();
      first.free();
    }
    expect(slots.take('eve')).toHaveProperty('free');
    expect(slots.take('fay')).toEqual({ full: 'all' });
    if ('free' in second) second.free();
    expect(slots.take('ann')).toHaveProperty('free');
  });
});

describe('work in turn', () => {
  test('keeps the order of a key, waits for no other, and survives a failure', async () => {
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

describe('work beside', () => {
  const logged: string[] = [];
  const log = createLog('debug', [(line) => logged.push(line)]);

  test('that fails is logged', async () => {
    await createBackgroundTasks(log, new AbortController().signal).start('a thing', async () => {
      throw new Error('reason');
    });
    expect(logged.at(-1)).toMatch(/"what":"a thing","err":"reason"/);
  });

  test('ends with the service, which waits for it, but not for ever', async () => {
    const stopping = new AbortController();
    const beside = createBackgroundTasks(log, stopping.signal);
    const before = logged.length;
    const polite = beside.start('polite', () => sleep(60_000, undefined, { signal: beside.stopping }));
    void beside.start('stubborn', () => sleep(2_000));
    const began = performance.now();
    stopping.abort();
    await beside.stop(100);
    await polite;
    expect(performance.now() - began).toBeLessThan(1_000);
    let late = false;
    await beside.start('late', async () => {
      late = true;
    });
    expect([late, logged.length]).toEqual([false, before]);
  });
});
