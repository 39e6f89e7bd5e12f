import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createSandbox } from '../../src/sandbox/sandbox.ts';
import { createInstruments, type Instruments } from '../../test/support/programs/instruments.ts';
import { median } from '../support/figures.ts';
import { ask } from '../support/load.ts';
import { memoryOf } from '../support/process.ts';
import type { Running } from '../support/subject.ts';
import type { Stage, Workload } from './workload.ts';

/** What decides and inhibits like rules of a real host: ten routes that look at each alert, and one inhibition. */
const RULES = `
defaults: {to: [owner], group_by: [alertname], group_wait: 2s, group_interval: 5m}
routes:
${Array.from({ length: 10 }, (_, n) => `  - {name: route${n}, when: "team == 'team${n}' AND severity == 'critical'"}`).join('\n')}
inhibit: [{source: "severity == 'critical'", target: "severity == 'low'", equal: [instance]}]
`;
const CONNECTIONS = 10;
/** Requests for a median. */
const REQUESTS = 51;

/** An alert as a rule of Prometheus makes it. */
const alertOf = (name: string, host: number) => ({
  labels: {
    alertname: name,
    instance: `host${host}.example.org:9100`,
    job: 'node',
    severity: host % 2 === 0 ? 'low' : 'medium',
    region: 'eu-west-1',
    mountpoint: '/srv/data',
  },
  annotations: {
    summary: `The disk of host${host} is nearly full`,
    description: 'Less than 5 % of the file system are left; it fills up within the next four hours.',
  },
  generatorURL: 'http://prometheus.example.org:9090/graph?g0.expr=node_filesystem_free_bytes',
});

/** Posts lists of alerts one after the other on some connections. @throws Error for one that is refused */
async function postAll({ socketPath }: Running, lists: readonly object[]): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const times: number[] = [];
  const left = [...lists];
  const poster = async () => {
    for (let list = left.shift(); list !== undefined; list = left.shift()) {
      const { status, ms } = await ask(socketPath, agent, '/alerts', list);
      if (status !== 200) throw new Error(`Alerts were answered with ${status}.`);
      times.push(ms);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, poster));
  agent.destroy();
  return times;
}

const list = (length: number, make: (n: number) => object) => Array.from({ length }, (_, n) => make(n));

/** A stream of alerts, and the messages that it becomes. */
async function stream({ subject, note, quick }: Stage, environment: Record<string, string>, read: Instruments['read']) {
  const sandbox = createSandbox({ limits: false });
  await sandbox.start();
  const running = await subject.start({ telegram: sandbox, unlimited: true, environment });
  const groups = quick ? 10 : 100;
  let messages = 0;
  const all = new Promise<void>((resolve) => {
    sandbox.onMessage(() => {
      messages += 1;
      if (messages === groups) resolve();
    });
  });
  await read();
  const startedAt = performance.now();
  // Each list has an alert of each group.
  await postAll(
    running,
    list(100, (host) => list(100, (n) => alertOf(`Disk${n % groups}`, host * 100 + n))),
  );
  note('10,000 alerts in 100 requests: accepted after', 's', (performance.now() - startedAt) / 1000);
  note('the longest that the loop was held meanwhile', 'ms', (await read()).heldMs);
  await all;
  note(`${groups} groups: the last message after`, 's', (performance.now() - startedAt) / 1000);
  await sleep(1000);
  note('messages for each group', '', messages / groups);
  note('the longest that the loop was held by messages', 'ms', (await read()).heldMs);
  await running.stop();
  await sandbox.stop();
}

/** Many alerts that fire, and one more. */
async function active({ subject, note, quick }: Stage, environment: Record<string, string>, read: Instruments['read']) {
  const sandbox = createSandbox({ limits: false });
  await sandbox.start();
  const running = await subject.start({ telegram: sandbox, unlimited: true, environment });
  const count = quick ? 10 : 100;
  const name = `${(count * 1000).toLocaleString('en')} active alerts`;
  await postAll(
    running,
    list(count, (n) => list(1000, (host) => alertOf(`Disk${n}`, host))),
  );
  await read();
  // Longer than the wait of the last group, so that all of them were told.
  await sleep(5000);
  note(`${name}: the longest that the loop was held by messages`, 'ms', (await read()).heldMs);
  note(`${name}: heap`, 'MB', (await read()).heapUsed / 1e6);
  note(`${name}: memory, PSS`, 'MB', (await memoryOf(running.pid ?? 0)).pss);
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const times: number[] = [];
  for (let n = 0; n < REQUESTS; n += 1) {
    times.push((await ask(running.socketPath, agent, '/alerts', [alertOf(`More${n}`, n)])).ms);
  }
  note(`${name}: one more, durable and answered`, 'ms', median(times));
  const pages: number[] = [];
  for (let n = 0; n < REQUESTS; n += 1) pages.push((await ask(running.socketPath, agent, '/alerts?limit=50')).ms);
  note(`${name}: a page of 50`, 'ms', median(pages));
  agent.destroy();
  await running.kill('SIGTERM');
  const { dataDir } = running;
  const again = await subject.start({
    telegram: sandbox,
    unlimited: true,
    environment,
    ...(dataDir !== undefined && { dataDir }),
  });
  note(`${name}: ready after a start`, 'ms', again.readyMs);
  note(`${name}: memory after a start, PSS`, 'MB', (await memoryOf(again.pid ?? 0)).pss);
  await again.stop();
  await running.stop();
  await sandbox.stop();
}

/** Alerts in numbers. */
export const alerts: Workload = {
  name: 'alerts',
  about: '10,000 alerts in one stream, one message a group; 100,000 that fire, and one more',
  needs: 'sandbox',
  async run(stage) {
    const folder = await mkdtemp(join(tmpdir(), 'notify-bench-alerts-'));
    const rules = join(folder, 'alerts.yaml');
    await writeFile(rules, RULES);
    const instruments = createInstruments(folder, join(process.cwd(), 'test/support/programs/instruments.js'));
    const environment = { ...instruments.environment, NOTIFY_ALERTS_FILE: rules };
    await stream(stage, environment, instruments.read);
    await active(stage, environment, instruments.read);
    await rm(folder, { recursive: true, force: true });
  },
};
