import { setTimeout as sleep } from 'node:timers/promises';
import { load } from '../support/load.ts';
import { memoryOf } from '../support/process.ts';
import { startTelegram } from '../support/telegram.ts';
import type { Workload } from './workload.ts';

/** Time after which an idle process has settled. */
const SETTLE_MS = 4000;

/** Start-up, idle memory, and the memory left by 20,000 delivered messages. */
export const resources: Workload = {
  name: 'resources',
  about: 'start-up, memory at rest and after 20,000 delivered messages',
  needs: 'program',
  async run({ subject, telegram: given, note, quick }) {
    const telegram = given ?? (await startTelegram());
    for (let i = 0; i < (quick ? 2 : 7); i += 1) {
      const running = await subject.start({ telegram });
      note('ready after', 'ms', running.readyMs);
      if (i === 0) {
        await sleep(SETTLE_MS);
        const { pss, own } = await memoryOf(running.pid ?? 0);
        note('memory at rest: PSS', 'MB', pss);
        note('memory at rest: private', 'MB', own);
      }
      await running.stop();
    }
    const busy = await subject.start({ telegram, links: 500, unlimited: true });
    const batch = quick ? 1000 : 10_000;
    for (const after of quick ? [batch] : [batch, 2 * batch, 3 * batch]) {
      await load(busy, { connections: 50, total: batch, keepAlive: true, wait: 30_000 });
      await sleep(1000);
      note(`memory after ${after.toLocaleString('en')} delivered: private`, 'MB', (await memoryOf(busy.pid ?? 0)).own);
    }
    await busy.stop();
    if (given === undefined) await telegram.stop();
  },
};
