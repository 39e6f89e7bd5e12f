import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { createBackgroundTasks } from '../../../src/bot/scripts/background-tasks.ts';
import { createLog } from '../../../src/shared/process/log.ts';

describe('background tasks', () => {
  const logged: string[] = [];
  const log = createLog('debug', [(line) => logged.push(line)]);

  test('a task that fails is logged', async () => {
    await createBackgroundTasks(log, new AbortController().signal).start('a thing', async () => {
      throw new Error('reason');
    });
    expect(logged.at(-1)).toMatch(/"what":"a thing","err":"reason"/);
  });

  test('end with the service, which waits for them, but not for ever', async () => {
    const stopping = new AbortController();
    const tasks = createBackgroundTasks(log, stopping.signal);
    const before = logged.length;
    const polite = tasks.start('polite', () => sleep(60_000, undefined, { signal: tasks.stopping }));
    void tasks.start('stubborn', () => new Promise(() => {}));
    stopping.abort();
    await tasks.stop(100);
    await polite;
    let late = false;
    await tasks.start('late', async () => {
      late = true;
    });
    expect([late, logged.length]).toEqual([false, before]);
  });
});
