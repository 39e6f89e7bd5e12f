import { tmpdir } from 'node:os';
import { disk } from '../support/disk.ts';
import { median, quantile } from '../support/figures.ts';
import { load } from '../support/load.ts';
import type { Running } from '../support/subject.ts';
import { startTelegram, type Telegram } from '../support/telegram.ts';
import type { Stage, Workload } from './workload.ts';

/** Telegram's response time in ms, and the number of linked users. */
const SCENARIOS = [
  [0, 1],
  [40, 1],
  [0, 100_000],
] as const;
const CONNECTIONS = [1, 10, 50, 200];
/** Messages for each number of connections: about a second each. */
const messages = (connections: number, quick: boolean) => (connections === 1 ? 300 : 1500) / (quick ? 3 : 1);

/** Acceptance only: stored on disk. */
async function accepting(running: Running, { note, quick }: Stage, where: string, keepAlive: boolean): Promise<void> {
  const kind = keepAlive ? 'kept' : 'new each';
  for (const connections of quick ? [1, 50] : CONNECTIONS) {
    const total = messages(connections, quick);
    const { perSecond, times, refused } = await load(running, { connections, total, keepAlive, wait: 0 });
    const name = `${connections} ${connections === 1 ? 'connection' : 'connections'} ${kind}, ${where}`;
    note(`${name}: rate`, '1/s', perSecond);
    note(`${name}: p50`, 'ms', median(times));
    note(`${name}: p99`, 'ms', quantile(times, 0.99));
    if (refused > 0) note(`${name}: refused`, '', refused);
    if (keepAlive && (connections === 1 || connections === 50)) {
      const alone = await disk(running.dataDir ?? tmpdir(), connections, total);
      note(`${name}: rate, as a share of the disk's own just then`, '', perSecond / alone.perSecond);
      if (connections === 1)
        note(`${name}: p50, as a multiple of the disk's own`, '', median(times) / median(alone.times));
    }
  }
}

async function round(stage: Stage, telegram: Telegram, latency: string, links: number): Promise<void> {
  const running = await stage.subject.start({ telegram, links });
  const where = stage.subject.startable ? `${latency}, ${links.toLocaleString('en')} linked` : latency;
  try {
    // A service runs for months, so its first second is not representative.
    await load(running, { connections: 50, total: stage.quick ? 1500 : 5000, keepAlive: true, wait: 0 });
    for (const keepAlive of [true, false]) await accepting(running, stage, where, keepAlive);
  } finally {
    await running.stop();
  }
}

/** Rate of accepting messages, compared with the disk's own rate in the same run. */
export const sending: Workload = {
  name: 'sending',
  about: 'accepting at 1/10/50/200 connections, kept and new, at 0 and 40 ms from Telegram, and with 100,000 linked',
  needs: 'socket',
  async run(stage) {
    const { startable } = stage.subject;
    const none: Telegram = { url: '', token: '', stop: async () => {} };
    for (let i = 0; i < (stage.quick ? 1 : 2); i += 1) {
      if (stage.telegram !== undefined || !startable) {
        const linked = stage.quick || !startable ? [1] : [1, 100_000];
        for (const links of linked) await round(stage, stage.telegram ?? none, 'as it is', links);
        continue;
      }
      for (const [latency, links] of stage.quick ? SCENARIOS.slice(0, 1) : SCENARIOS) {
        const telegram = await startTelegram(latency);
        await round(stage, telegram, `Telegram ${latency} ms`, links);
        await telegram.stop();
      }
    }
  },
};
