import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeEvent } from '../../src/web/events/sse.ts';
import { createStreams, type Format, type OwnedEvent, type Streams } from '../../src/web/events/streams.ts';
import { TIMING } from '../../src/web/guard/timing.ts';
import type { Session } from '../../src/web/sessions/session.ts';
import { waitFor } from '../support/wait-for.ts';

const session: Session = {
  key: 'a-key',
  user: 'anna',
  uid: 1001,
  method: 'host',
  root: false,
  device: 'a test',
  createdAt: 0,
  seenAt: 0,
};

/** An event of 10 kB. */
const event = (id: number): OwnedEvent => ({
  user: 'anna',
  event: 'message',
  id: String(id),
  data: JSON.stringify({ text: 'x'.repeat(10_000) }),
});

let streams: Streams;
let server: ReturnType<typeof createServer>;
let port: number;
const answers: ServerResponse[] = [];
const readers: Socket[] = [];

/** How the next stream writes events. */
let format: Format;

beforeEach(async () => {
  format = writeEvent;
  streams = createStreams(() => true, TIMING.heartbeatMs);
  server = createServer((request, response) => {
    answers.push(response);
    const since = request.headers['last-event-id'];
    streams.open(session, response, format, typeof since === 'string' ? since : undefined);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  for (const reader of readers.splice(0)) reader.destroy();
  answers.length = 0;
  streams.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** Opens a stream without reading it. */
async function open(since?: string): Promise<Socket> {
  const before = answers.length;
  const reader = connect(port, '127.0.0.1').pause();
  readers.push(reader);
  reader.on('error', () => {});
  reader.write(`GET / HTTP/1.1\r\nHost: test\r\n${since === undefined ? '' : `Last-Event-ID: ${since}\r\n`}\r\n`);
  await waitFor(() => answers.length > before);
  return reader;
}

/** Reads until `isEnough`. */
async function read(reader: Socket, isEnough: (text: string) => boolean): Promise<string> {
  let text = '';
  reader.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  reader.resume();
  await waitFor(() => isEnough(text));
  return text;
}

test('the connection of an ended session closes even if its client doesn’t read', async () => {
  const reader = await open();
  const [answer] = answers;
  for (let id = 0; answer?.writableLength === 0 && id < 10_000; id += 1) {
    streams.publish(event(id));
    await new Promise(setImmediate);
  }
  expect(answer?.writableLength).toBeGreaterThan(0);
  const failures: Error[] = [];
  answer?.on('error', (error) => failures.push(error));
  streams.cut(session);
  streams.publish(event(1));
  streams.publishState(true);
  expect(streams.count).toBe(0);
  const closed = once(answer as ServerResponse, 'close');
  await closed;
  expect(failures).toEqual([]);
  expect(reader.destroyed).toBe(false);
}, 30_000);

test('a client that doesn’t read is disconnected, also by many events at once', async () => {
  await open();
  const [answer] = answers;
  const failures: Error[] = [];
  answer?.on('error', (error) => failures.push(error));
  for (let id = 0; id < 100; id += 1) streams.publish(event(id));
  expect(streams.count).toBe(0);
  await waitFor(() => answer?.closed);
  expect(failures).toEqual([]);
});

test('a few missed events are sent again, and more are reported as a gap', async () => {
  for (let id = 0; id < 100; id += 1) streams.publish(event(id));
  const little = await read(await open('97'), (text) => text.includes('id: 99'));
  expect(little.match(/^event: .*$/gm)).toEqual(['event: message', 'event: message']);
  const much = await read(await open('0'), (text) => text.includes('event: gap'));
  expect(much).not.toContain('event: message');
  // The gap has an id from which the next stream can continue.
  expect(much).toContain('id: 99');
  const unknown = await read(await open('no such event'), (text) => text.includes('event: gap'));
  expect(unknown).not.toContain('event: message');
});

test('an event that one format cannot write reaches the streams of the others', async () => {
  const broken: Format = (one) => {
    if (one.id === '1') throw new RangeError('cannot write this');
    return writeEvent(one);
  };
  format = broken;
  const first = await open();
  format = writeEvent;
  const second = await open();
  streams.publish(event(0));
  expect(() => streams.publish(event(1))).toThrow('cannot write this');
  streams.publish(event(2));
  expect(await read(second, (text) => text.includes('id: 2'))).toContain('id: 1');
  expect(await read(first, (text) => text.includes('id: 2'))).not.toContain('id: 1');
  format = broken;
  // What it cannot write again counts as missed.
  expect(await read(await open('0'), (text) => text.includes('id: 2'))).toContain('event: gap');
});
