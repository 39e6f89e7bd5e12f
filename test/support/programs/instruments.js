/**
 * Loaded into a service before its own code, by `NODE_OPTIONS=--import=…`: says how long its event loop was held and
 * what it takes of the host, and lets its clock be set. Asked on the socket `NOTIFY_INSTRUMENTS`: one JSON object a
 * connection, `{}` or `{"clockMs": …}`, and one back.
 */
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';

/** Milliseconds between two looks at the loop. */
const TICK_MS = 10;

/** Milliseconds that the main thread has had of a processor: what others take, and a host that stands still, aside. */
const busyMs = () => Number(readFileSync('/proc/self/schedstat', 'latin1').split(' ')[0]) / 1e6;

let at = performance.now();
let busy = busyMs();
let heldMs = 0;
let gapMs = 0;

setInterval(() => {
  const now = performance.now();
  const had = busyMs();
  heldMs = Math.max(heldMs, had - busy);
  gapMs = Math.max(gapMs, now - at - TICK_MS);
  at = now;
  busy = had;
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
  const told = { heldMs, gapMs, rss, heapUsed, external };
  heldMs = 0;
  gapMs = 0;
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
