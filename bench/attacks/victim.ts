/**
 * Somebody who uses the service as ever during an attack. Arguments: the socket, seconds. Sends ten messages a second
 * and, every two seconds, one whose delivery it waits for. Prints JSON: the times of the answers and of the deliveries,
 * ms, and how many messages were not accepted or not delivered within ten seconds.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../support/load.ts';

const [socketPath = '', seconds = '10', kind = 'accept'] = process.argv.slice(2);
const end = performance.now() + Number(seconds) * 1000;
const EVERY_MS = kind === 'accept' ? 100 : 2000;
const body = { text: 'Revenue is down.', wait: kind === 'accept' ? 0 : 10_000 };
const wanted = kind === 'accept' ? [200, 202] : [200];

const times: number[] = [];
let refused = 0;
const asked: Promise<void>[] = [];
while (performance.now() < end) {
  asked.push(
    ask(socketPath, false, '/send', body).then(({ status, ms }) => {
      if (wanted.includes(status)) times.push(ms);
      else refused += 1;
    }),
  );
  await sleep(EVERY_MS);
}
await Promise.all(asked);
process.stdout.write(JSON.stringify({ times, refused }));
