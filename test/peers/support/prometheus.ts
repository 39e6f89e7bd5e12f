/** Prometheus, Alertmanager and amtool as Debian packages them, each in a folder of its own and on the loopback. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, request as startRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { unpackDebian } from '../../../scripts/dev/unpack-debian.js';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { freePort } from '../../support/network/free-port.ts';
import { waitFor } from '../../support/wait-for.ts';

const [prometheusFolder, alertmanagerFolder] = await Promise.all([
  unpackDebian('prometheus'),
  unpackDebian('prometheus-alertmanager'),
]);
const AMTOOL = join(alertmanagerFolder, 'usr/bin/amtool');

/** Starts one, gone after the test, and waits until it is ready. @returns its address */
async function serve(program: string, args: readonly string[], port: number, folder: string): Promise<string> {
  let printed = '';
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (piece) => {
      printed += String(piece);
    });
  }
  const ended = once(child, 'exit');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  const url = `http://127.0.0.1:${port}`;
  await waitFor(async () => {
    if (child.exitCode !== null) throw new Error(`${program} ended:\n${printed}`);
    return (await fetch(`${url}/-/ready`).catch(() => undefined))?.ok;
  }, 60_000);
  return url;
}

/** What Prometheus is to watch, and where it posts alerts. */
interface Watched {
  /** The address of the metrics. */
  readonly target: string;
  /** The file's `groups`, as YAML. */
  readonly rules: string;
  /** Host and port of the Alertmanager, or of what stands in for it. */
  readonly alertmanager: string;
  readonly key: string;
}

/** A Prometheus that looks at its target and evaluates its rules every second. */
export async function startPrometheus({ target, rules, alertmanager, key }: Watched): Promise<void> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const config = {
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    rule_files: [join(folder, 'rules.yml')],
    scrape_configs: [{ job_name: 'test', static_configs: [{ targets: [target] }] }],
    alerting: {
      alertmanagers: [
        { api_version: 'v2', authorization: { credentials: key }, static_configs: [{ targets: [alertmanager] }] },
      ],
    },
  };
  writeFileSync(join(folder, 'rules.yml'), rules);
  // JSON is YAML.
  writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
  const args = [
    '--config.file=prometheus.yml',
    '--storage.tsdb.path=data',
    `--web.listen-address=127.0.0.1:${port}`,
    '--web.console.libraries=.',
    '--web.console.templates=.',
  ];
  await serve(join(prometheusFolder, 'usr/bin/prometheus'), args, port, folder);
}

/** An Alertmanager with one webhook receiver, which it tells of changes within a second. @returns its address */
export async function startAlertmanager(webhook: string, key: string): Promise<string> {
  const folder = await temporaryFolder();
  const port = await freePort();
  const config = {
    route: { receiver: 'telegram', group_by: ['alertname'], group_wait: '0s', group_interval: '1s' },
    receivers: [
      {
        name: 'telegram',
        webhook_configs: [{ url: webhook, send_resolved: true, http_config: { authorization: { credentials: key } } }],
      },
    ],
  };
  writeFileSync(join(folder, 'alertmanager.yml'), JSON.stringify(config));
  const args = [
    '--config.file=alertmanager.yml',
    '--storage.path=data',
    `--web.listen-address=127.0.0.1:${port}`,
    '--cluster.listen-address=',
  ];
  return serve(join(alertmanagerFolder, 'usr/bin/prometheus-alertmanager'), args, port, folder);
}

/** Runs amtool. @returns what it printed, and its exit status */
export function amtool(url: string, ...args: readonly string[]): Promise<{ status: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const words = [`--alertmanager.url=${url}`, ...args];
    const child = execFile(AMTOOL, words, { env: { HOME: '/nonexistent' } }, (_, out, err) => {
      resolve({ status: child.exitCode ?? -1, out, err });
    });
  });
}

/** A target whose one metric the test sets. */
export interface Target {
  /** Host and port. */
  readonly address: string;
  set(value: number): void;
}

export async function startTarget(metric: string): Promise<Target> {
  let value = 0;
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE ${metric} gauge\n${metric}{host="db1"} ${value}\n`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(next) {
      value = next;
    },
  };
}

/** Passes requests on and notes when they came, and with which body. */
export interface Recorder {
  /** Host and port. */
  readonly address: string;
  /** Times are those of `performance.now()`. */
  readonly posts: readonly { readonly at: number; readonly body: string; readonly status: number }[];
}

export async function startRecorder(to: string): Promise<Recorder> {
  const posts: { at: number; body: string; status: number }[] = [];
  const server = createServer(async (request, response) => {
    const at = performance.now();
    let body = '';
    for await (const piece of request) body += String(piece);
    const { host: _, ...headers } = request.headers;
    const onward = startRequest(new URL(request.url ?? '/', to), { method: request.method, headers }, (answer) => {
      const { statusCode: status = 0 } = answer;
      posts.push({ at, body, status });
      response.writeHead(status, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    onward.end(body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, posts };
}
