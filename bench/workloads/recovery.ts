import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { load } from '../support/load.ts';
import { memoryOf } from '../support/process.ts';
import type { Workload } from './workload.ts';

/** Restart after a kill with a full outbox and an unreachable Telegram: time and cost. */
export const recovery: Workload = {
  name: 'recovery',
  about:
    'killed with 100, 1,000, 10,000 (and 100,000) waiting messages: start, first delivery, memory, accepting meanwhile',
  needs: 'sandbox',
  async run({ subject, note, quick }) {
    const sandbox = createSandbox({ limits: false });
    await sandbox.start();
    const first = await subject.start({ telegram: sandbox, links: 1000 });
    await sandbox.stop();
    let running = first;
    let waiting = 0;
    for (const wanted of quick ? [1000] : [100, 1000, 10_000, 100_000]) {
      const name = `${wanted.toLocaleString('en')} waiting`;
      await load(running, { connections: 50, total: wanted - waiting, keepAlive: true, wait: 0 });
      waiting = wanted;
      const beside = await load(running, { connections: 50, total: 500, keepAlive: true, wait: 0 });
      waiting += 500;
      note(`${name}: accepting at 50 connections`, '1/s', beside.perSecond);
      for (let i = 0; i < (quick || wanted > 10_000 ? 1 : 3); i += 1) {
        await running.kill('SIGKILL');
        running = await subject.start({ telegram: sandbox, links: 1000, dataDir: first.dataDir ?? '' });
        note(`${name}: ready after kill -9`, 'ms', running.readyMs);
      }
      note(`${name}: memory, PSS`, 'MB', (await memoryOf(running.pid ?? 0)).pss);
    }
    await running.kill('SIGKILL');
    await sandbox.start();
    const startedAt = performance.now();
    const delivered = new Promise<void>((resolve) => {
      const stop = sandbox.onMessage(() => {
        stop();
        resolve();
      });
    });
    running = await subject.start({ telegram: sandbox, links: 1000, dataDir: first.dataDir ?? '' });
    await delivered;
    note(
      `${waiting.toLocaleString('en')} waiting: first delivery after the start`,
      'ms',
      performance.now() - startedAt,
    );
    await running.stop();
    await first.stop();
    await sandbox.stop();
  },
};
