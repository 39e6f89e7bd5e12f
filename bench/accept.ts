/** How fast the service takes messages durably, beside what the disk itself does in the same run. */
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type BuiltBot, quantiles, startBuiltBot, startSandbox } from './stage.ts';

const BODY = JSON.stringify({ text: 'Revenue is down 12 % in eu_west since 09:00.', title: 'Revenue', wait: 0 });

/** One request; resolves with the status and the milliseconds it took. */
function post(bot: BuiltBot, agent: Agent | false): Promise<{ status: number; ms: number }> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const asked = request(
      {
        socketPath: bot.socketPath,
        path: '/send',
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(BODY) },
      },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode ?? 0, ms: performance.now() - begun }));
      },
    );
    asked.on('error', reject);
    asked.end(BODY);
  });
}

/** `total` sends over `connections` kept connections. */
async function kept(bot: BuiltBot, connections: number, total: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const times: number[] = [];
  let left = total;
  const begun = performance.now();
  const client = async () => {
    while (left > 0) {
      left -= 1;
      const { status, ms } = await post(bot, agent);
      if (status !== 202 && status !== 200) throw new Error(`answered ${status}`);
      times.push(ms);
    }
  };
  await Promise.all(Array.from({ length: connections }, client));
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  return { perSecond: total / seconds, ...quantiles(times) };
}

/** Everybody at once, a new connection each. */
async function herd(bot: BuiltBot, clients: number) {
  const begun = performance.now();
  const answers = await Promise.allSettled(Array.from({ length: clients }, () => post(bot, false)));
  const accepted = answers.filter((a) => a.status === 'fulfilled' && [200, 202].includes(a.value.status)).length;
  return { accepted, seconds: (performance.now() - begun) / 1000 };
}

/** What the disk does with files written, synced, renamed, and their folder synced, so many side by side. */
async function disk(parent: string, parallel: number, total: number): Promise<number> {
  const folder = await mkdtemp(join(parent, 'disk-'));
  let left = total;
  let shared: Promise<void> | undefined;
  const syncFolder = async () => {
    const handle = await open(folder, 'r');
    await handle.sync();
    await handle.close();
  };
  const begun = performance.now();
  const writer = async () => {
    while (left > 0) {
      const path = join(folder, String(left));
      left -= 1;
      const handle = await open(`${path}.tmp`, 'w');
      await handle.writeFile(BODY);
      await handle.datasync();
      await handle.close();
      await rename(`${path}.tmp`, path);
      // One sync of the folder serves all who renamed before it began.
      const before = shared ?? Promise.resolve();
      shared = before.then(syncFolder);
      await shared;
    }
  };
  await Promise.all(Array.from({ length: parallel }, writer));
  const perSecond = total / ((performance.now() - begun) / 1000);
  await rm(folder, { recursive: true });
  return perSecond;
}

/** Every figure of accepting, in one run. */
export async function benchAccept(quick: boolean): Promise<Record<string, number>> {
  const rounds = quick ? 1 : 5;
  const figures: Record<string, number[]> = {};
  const note = (name: string, value: number) => {
    figures[name] = [...(figures[name] ?? []), value];
  };
  for (let round = 0; round < rounds; round += 1) {
    const sandbox = await startSandbox();
    const bot = await startBuiltBot(sandbox.url);
    note('start: ready after, ms', bot.readyMs);
    const one = await kept(bot, 1, quick ? 200 : 500);
    note('accept, 1 connection: p50 ms', one.p50);
    note('accept, 1 connection: p99 ms', one.p99);
    const fifty = await kept(bot, 50, quick ? 3000 : 8000);
    note('accept, 50 connections: per second', fifty.perSecond);
    note('accept, 50 connections: p99 ms', fifty.p99);
    const rate = await disk(bot.dataDir, 50, quick ? 2000 : 5000);
    note('the disk alone, 50 side by side: per second', rate);
    note('accept, 50 connections, as a share of the disk', fifty.perSecond / rate);
    const thousand = await herd(bot, 1000);
    note('herd of 1,000 new connections: accepted', thousand.accepted);
    note('herd of 1,000 new connections: seconds', thousand.seconds);
    await bot.stop();
    await sandbox.stop();
  }
  return Object.fromEntries(Object.entries(figures).map(([name, values]) => [name, quantiles(values).p50]));
}
