/** Memory at rest, and whether 20,000 delivered messages leave anything behind. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createSocketClient } from '../src/shared/socket-client.ts';
import { memoryOf, startBuiltBot, startSandbox } from './stage.ts';

const PARALLEL = 50;
const USERS = 500;

async function send(socketPath: string, total: number): Promise<void> {
  const client = createSocketClient({ socketPath, timeoutMs: 60_000 });
  let left = total;
  const sender = async () => {
    while (left > 0) {
      left -= 1;
      const user = left % USERS === 0 ? undefined : `bench${(left % USERS) - 1}`;
      const { status } = await client.request('POST', '/send', { user, text: `Message ${left}`, wait: 30_000 });
      if (status !== 200) throw new Error(`answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, sender));
  await client.close();
}

/** The service as it is at rest; then one whose only difference is that it knows no rate limits, under load. */
export async function benchMemory(quick: boolean): Promise<Record<string, number>> {
  const sandbox = await startSandbox();
  const resting = await startBuiltBot(sandbox.url);
  await sleep(5000);
  const atRest = await memoryOf(resting.pid);
  await resting.stop();
  const busy = await startBuiltBot(sandbox.url, USERS, 'bench-bot.js');
  const batch = quick ? 1000 : 10_000;
  const after: number[] = [];
  for (let i = 0; i < 3; i += 1) {
    await send(busy.socketPath, batch);
    await sleep(1000);
    after.push((await memoryOf(busy.pid)).own);
  }
  await busy.stop();
  await sandbox.stop();
  return {
    'memory at rest, with one other Node: PSS MB': atRest.pss,
    'memory at rest: private MB': atRest.own,
    [`memory after ${batch} delivered: private MB`]: after[0] ?? Number.NaN,
    [`memory after ${2 * batch} delivered: private MB`]: after[1] ?? Number.NaN,
    [`memory after ${3 * batch} delivered: private MB`]: after[2] ?? Number.NaN,
  };
}
