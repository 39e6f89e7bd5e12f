import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createLog } from '../../../src/shared/process/log.ts';
import { createModuleList, type Module } from '../../../src/shared/process/module-list.ts';

function setUp(...names: string[]) {
  const calls: string[] = [];
  const logged: string[] = [];
  const log = createLog('debug', [(line) => logged.push(line)]);
  const modules = names.map(
    (name): Module => ({
      name,
      async start() {
        await sleep(1);
        calls.push(`start ${name}`);
      },
      run: () => void calls.push(`run ${name}`),
      async stop() {
        await sleep(1);
        calls.push(`stop ${name}`);
      },
    }),
  );
  return {
    calls,
    logged,
    modules,
    listOf: (all: Module[], stopMs = 5000) => createModuleList({ modules: all, stopMs, log }),
  };
}

describe('modules', () => {
  test('start in order, run when all have started, and stop in reverse', async () => {
    const { calls, modules, listOf } = setUp('a', 'b', 'c');
    const list = listOf([...modules, { name: 'has nothing to do' }]);
    await list.start();
    await list.stop();
    expect(calls).toEqual([
      ...['start a', 'start b', 'start c'],
      ...['run a', 'run b', 'run c'],
      ...['stop c', 'stop b', 'stop a'],
    ]);
  });

  test('of which one cannot start: those that started are stopped, none runs, and the reason is thrown', async () => {
    const { calls, modules, listOf } = setUp('a', 'b', 'c');
    const broken: Module = { name: 'broken', start: () => Promise.reject(new Error('no place')) };
    await expect(listOf([...modules.slice(0, 2), broken, ...modules.slice(2)]).start()).rejects.toThrow('no place');
    expect(calls).toEqual(['start a', 'start b', 'stop b', 'stop a']);
  });

  test('of which one cannot stop: it is named, and the others stop', async () => {
    const { calls, logged, modules, listOf } = setUp('a', 'c');
    const broken: Module = { name: 'broken', stop: () => Promise.reject(new Error('stuck')) };
    const list = listOf([...modules.slice(0, 1), broken, ...modules.slice(1)]);
    await list.start();
    await list.stop();
    expect(calls.slice(-2)).toEqual(['stop c', 'stop a']);
    expect(logged.join('')).toMatch(/"module":"broken","err":"stuck"/);
  });
});

describe('the deadline', () => {
  test('holds for all together: one that hangs is left behind, and the others get what is left', async () => {
    const { calls, logged, modules, listOf } = setUp('a');
    const shares: number[] = [];
    const noting = (name: string, stopMs?: number): Module => ({
      name,
      ...(stopMs === undefined ? {} : { stopMs }),
      stop: (deadlineMs) => void shares.push(deadlineMs),
    });
    const hanging: Module = { name: 'hanging', stopMs: 50, stop: () => new Promise(() => {}) };
    const list = listOf([...modules, noting('the rest'), hanging, noting('bounded', 10)], 1500);
    await list.start();
    const began = performance.now();
    await list.stop();
    expect(performance.now() - began).toBeLessThan(1500);
    expect(calls.at(-1)).toBe('stop a');
    expect(logged.join('')).toMatch(/"module":"hanging".*did not stop in time/);
    const [bounded, rest = 0] = shares;
    expect(bounded).toBe(10);
    expect(rest).toBeGreaterThan(0);
    expect(rest).toBeLessThan(1000);
  });

  test('that is over leaves the last ones a moment to notice', async () => {
    const { calls, modules, listOf } = setUp('a');
    const hanging: Module = { name: 'hanging', stop: () => new Promise(() => {}) };
    const list = listOf([...modules, hanging], 600);
    await list.start();
    await list.stop();
    expect(calls.at(-1)).toBe('stop a');
  });
});
