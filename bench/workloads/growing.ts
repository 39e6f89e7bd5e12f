import { Agent } from 'node:http';
import { median } from '../support/figures.ts';
import { home, many } from '../support/home.ts';
import { ask, load } from '../support/load.ts';
import { memoryOf, timed } from '../support/process.ts';
import { startTelegram } from '../support/telegram.ts';
import type { Stage, Workload } from './workload.ts';

/** A script that is due once a year. */
const NOT_DUE = `#!/bin/sh\n# notify: schedule="0 0 1 1 *"\necho '{"notify": false}'\n`;
/** Number of requests for a median. */
const REQUESTS = 21;

const name = (count: number, of: string) => `${count.toLocaleString('en')} ${of}`;

/** The median time of consecutive requests, ms. */
async function medianTime(request: (i: number) => ReturnType<typeof ask>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < REQUESTS; i += 1) {
    const { status, ms } = await request(i);
    if (status !== 200) throw new Error(`A request was answered with ${status}.`);
    times.push(ms);
  }
  return median(times);
}

/** Cost of idle linked users: start, memory, and a file that is rewritten at each change. */
async function linkedUsers({ subject, telegram, note, quick }: Stage): Promise<void> {
  const given = telegram ?? (await startTelegram());
  for (const links of quick ? [10_000] : [100, 1000, 10_000, 100_000]) {
    const running = await subject.start({ telegram: given, links });
    const at = name(links, 'linked');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    note(`${at}: ready after`, 'ms', running.readyMs);
    note(`${at}: memory, PSS`, 'MB', (await memoryOf(running.pid ?? 0)).pss);
    const { socketPath, users } = running;
    note(`${at}: GET /status`, 'ms', await medianTime(() => ask(socketPath, agent, '/status')));
    const unlink = (i: number) => ask(socketPath, agent, '/unlink', { user: users[i + 1] ?? '' });
    note(`${at}: ending one link`, 'ms', await medianTime(unlink));
    agent.destroy();
    await running.stop();
  }
  if (telegram === undefined) await given.stop();
}

/** Cost of messages in the history. */
async function history({ subject, telegram, note, quick }: Stage): Promise<void> {
  const given = telegram ?? (await startTelegram());
  const running = await subject.start({ telegram: given, links: 500, unlimited: true });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  let had = 0;
  for (const messages of quick ? [100] : [100, 1000, 10_000]) {
    await load(running, { connections: 50, total: messages - had, keepAlive: true, wait: 30_000 });
    had = messages;
    const page = () => ask(running.socketPath, agent, '/messages?all=true&limit=50');
    note(`${name(messages, 'messages of history')}: a page of 50`, 'ms', await medianTime(page));
  }
  agent.destroy();
  await running.stop();
  if (telegram === undefined) await given.stop();
}

/** Cost of scripts that are not due. */
async function scripts({ runner, note, quick }: Stage): Promise<void> {
  for (const count of quick ? [1000] : [100, 1000, 10_000]) {
    const { environment, remove } = await home(many(count, 'sh', NOT_DUE));
    for (let i = 0; i < (quick ? 2 : 5); i += 1)
      note(`${name(count, 'scripts')}, none of them due`, 's', (await timed(runner, environment)).seconds);
    await remove();
  }
}

/** How the cost grows with idle users, history and scripts. */
export const growing: Workload = {
  name: 'growing',
  about: 'cost with 100 to 100,000 linked users, and 100 to 10,000 messages of history and scripts that are not due',
  needs: 'program',
  async run(stage) {
    await linkedUsers(stage);
    await history(stage);
    await scripts(stage);
  },
};
