import { median, quantile } from '../support/figures.ts';
import { load } from '../support/load.ts';
import { startTelegram } from '../support/telegram.ts';
import type { Workload } from './workload.ts';

/** Time from the request to Telegram's acceptance, in addition to Telegram's own latency. */
export const delivering: Workload = {
  name: 'delivering',
  about: 'sends that wait for delivery, at 0 and 40 ms from Telegram, without its rate limits',
  needs: 'sandbox',
  async run({ subject, note, quick }) {
    for (let i = 0; i < (quick ? 1 : 3); i += 1) {
      for (const latency of quick ? [40] : [0, 40]) {
        const telegram = await startTelegram(latency);
        const running = await subject.start({ telegram, links: 1000, unlimited: true });
        await load(running, { connections: 1, total: 10, keepAlive: true, wait: 10_000 });
        for (const connections of [1, 10]) {
          const total = quick ? 25 : 200;
          const { times, refused } = await load(running, { connections, total, keepAlive: true, wait: 10_000 });
          const name = `${connections} ${connections === 1 ? 'connection' : 'connections'}, Telegram ${latency} ms`;
          note(`${name}: p50`, 'ms', median(times));
          note(`${name}: p99`, 'ms', quantile(times, 0.99));
          if (refused > 0) note(`${name}: refused`, '', refused);
        }
        await running.stop();
        await telegram.stop();
      }
    }
  },
};
