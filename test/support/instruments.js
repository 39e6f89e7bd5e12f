/**
 * Loaded into a service before its own code, by `NODE_OPTIONS=--import=…`: says how long its event loop was held and
 * what it takes of the host, and lets its clock be set. Asked on the socket `NOTIFY_INSTRUMENTS`: one JSON object a
 * connection, `{}` or `{"clockMs": …}`, and one back.
 */
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';

/** Milliseconds between two looks at the loop. */
const TICK_MS = 10;

/** Milliseconds that the main thread was ready and waited for a processor: others' doing, so not counted as held. */
const queuedMs = () => Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[1]) / 1e6;

let at = performance.now();
let queued = queuedMs();
let heldMs = 0;

setInterval(() => {
  const now = performance.now();
  const waited = queuedMs();
  heldMs = Math.max(heldMs, now - at - TICK_MS - (waited - queued));
  at = now;
  queued = waited;
}, TICK_MS).unref();

// The wall clock alone: what never goes back stays as it is, as when somebody sets the time of a host.
let clockMs = 0;
const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + clockMs);
    else super(...given);
  }
  static now() {
    return RealDate.now() + clockMs;
  }
};

function answer(asked) {
  if (typeof asked.clockMs === 'number') clockMs = asked.clockMs;
  const { rss, heapUsed, external } = process.memoryUsage();
  const told = { heldMs, rss, heapUsed, external };
  heldMs = 0;
  return JSON.stringify(told);
}

const path = process.env.NOTIFY_INSTRUMENTS;
if (path !== undefined) {
  rmSync(path, { force: true });
  createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', (chunk) => socket.end(answer(JSON.parse(String(chunk)))));
  })
    .listen(path)
    .unref();
}
