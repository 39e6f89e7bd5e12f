#!/usr/bin/env node
// notify: cooldown=1h timeout=30s
// Notifies when services do not answer. Reads ~/.cache/notification-examples/services.json, a list of
// {"name", "host", "port"}, and writes an example where it is missing, with a service that does not exist.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';

const FILE = join(homedir(), '.cache/notification-examples/services.json');
const EXAMPLE = [{ name: 'Example', host: '127.0.0.1', port: 9 }];
const TIMEOUT_MS = 5000;

async function readServices() {
  try {
    return JSON.parse(await readFile(FILE, 'utf8'));
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
    await mkdir(dirname(FILE), { recursive: true });
    await writeFile(FILE, `${JSON.stringify(EXAMPLE, null, 2)}\n`);
    return EXAMPLE;
  }
}

/** Resolves with why a service does not answer; `undefined` when it does. */
function failureOf({ host, port }) {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: TIMEOUT_MS });
    const end = (why) => {
      socket.destroy();
      resolve(why);
    };
    socket.once('connect', () => end(undefined));
    socket.once('timeout', () => end(`no answer within ${TIMEOUT_MS / 1000} s`));
    socket.once('error', (error) => end(error.code ?? error.message));
  });
}

const services = await readServices();
const checked = await Promise.all(services.map(async (service) => ({ ...service, why: await failureOf(service) })));
const down = checked.filter(({ why }) => why !== undefined);
const result = { notify: down.length > 0, data: { checked: checked.length, down: down.length } };
if (down.length > 0) {
  result.title = `${down.length} of ${checked.length} services down`;
  result.message = down.map(({ name, host, port, why }) => `- *${name}* at ${host}:${port}: ${why}`).join('\n');
  result.severity = 'critical';
  // A cooldown for each set of services: another one that goes down is reported at once.
  result.key = down
    .map(({ name }) => name)
    .sort()
    .join(',')
    .slice(0, 200);
}
console.log(JSON.stringify(result));
