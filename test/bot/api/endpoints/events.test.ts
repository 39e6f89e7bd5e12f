import { execFile } from 'node:child_process';
import { connect } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { MAX_STREAMS, MAX_STREAMS_PER_UID, MAX_UNREAD_BYTES } from '../../../../src/bot/api/limits.ts';
import { createEventLog } from '../../../../src/bot/events/event-log.ts';
import { type OpenStream, openStream } from '../../../support/network/event-stream.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { call, callAs, type RunningApi, startApi } from '../support/running-api.ts';
import { createUser, isRoot, NEEDS_ROOT, removeUser, type TestUser } from '../support/test-users.ts';

const ANA = { user: 'ana', uid: 1001 };
const BEN = { user: 'ben', uid: 1002 };

async function server(): Promise<RunningApi & { stream(path?: string, since?: number): Promise<OpenStream> }> {
  const running = await startApi();
  onTestFinished(() => running.close());
  return {
    ...running,
    async stream(path, since) {
      const headers: Record<string, string> = since === undefined ? {} : { 'last-event-id': String(since) };
      const stream = await openStream(running.socketPath, path, headers);
      onTestFinished(() => stream.close());
      // Events from before the stream was opened are not part of it.
      if (stream.status === 200) await waitFor(() => stream.text().startsWith(': open\n'));
      return stream;
    },
  };
}

describe('GET /events', () => {
  test('sends a listener to all accounts every event, with rising numbers', async () => {
    const { services, stream } = await server();
    const all = await stream('/events?all=true');
    expect([all.status, all.headers['content-type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
    expect(all.headers['cache-control']).toBe('no-store');
    services.feed.append('message', ANA, { text: 'one\nline\u2028two' });
    services.feed.append('link', BEN, { user: 'ben', linked: false });
    await all.next(({ event }) => event === 'link');
    expect(all.events.map(({ event, data }) => [event, data])).toEqual([
      ['message', { text: 'one\nline\u2028two' }],
      ['link', { user: 'ben', linked: false }],
    ]);
    const [one, two] = all.events;
    expect(two?.id).toBeGreaterThan(one?.id ?? 0);
    expect(services.feed.followers()).toBe(1);
    all.close();
    await waitFor(() => services.feed.followers() === 0);
  });

  test.skipIf(!isRoot)('tells of one account alone, and not of who had its name before', async () => {
    const { services, stream } = await server();
    const mine = await stream('/events?user=root');
    for (const account of [
      ANA,
      { user: 'root', uid: 77 },
      { user: 'root', uid: undefined },
      { user: 'root', uid: 0 },
    ]) {
      services.feed.append('message', account, { uid: account.uid ?? 'none' });
    }
    await mine.next(({ data }) => data.uid === 0);
    expect(mine.events.map(({ data }) => data.uid)).toEqual([0]);
  });

  test('goes on after the last event that a reader has, and says where it can’t', async () => {
    const { services, stream } = await server();
    for (const n of [1, 2, 3]) services.feed.append('message', ANA, { n });
    const first = await stream('/events?all=true', 0);
    expect(first.events.map(({ event }) => event)).toEqual(['gap']);
    const since = first.events[0]?.id ?? 0;
    services.feed.append('message', ANA, { n: 4 });
    services.feed.append('message', BEN, { n: 5 });
    const numbers = async (path: string, from: number) => (await stream(path, from)).events.map(({ data }) => data.n);
    expect(await numbers('/events?all=true', since)).toEqual([4, 5]);
    expect(await numbers('/events?all=true', since + 5_000_000)).toEqual([undefined]);
    expect((await stream('/events?all=true')).events).toEqual([]);
  });

  test('begins with a number, so that a reader who got nothing misses nothing either', async () => {
    const { services, stream } = await server();
    const opened = await stream('/events?all=true');
    const id = Number(/^: open\nid: (\d+)\n\n/.exec(opened.text())?.[1]);
    opened.close();
    services.feed.append('message', ANA, { n: 1 });
    expect((await stream('/events?all=true', id)).events.map(({ data }) => data.n)).toEqual([1]);
  });

  test.each(['x', '-1', '1'.repeat(16)])('refuses the last event %j', async (since) => {
    const { socketPath } = await server();
    const { status, body } = await call(socketPath, 'GET', '/events', undefined, { 'last-event-id': since });
    expect([status, body.code]).toEqual([400, 'bad_field']);
  });

  test('drops a reader who does not read, and keeps nothing for them', async () => {
    const { services, socketPath } = await server();
    const socket = connect(socketPath);
    onTestFinished(() => void socket.destroy());
    socket.on('error', () => {});
    socket.write('GET /events?all=true HTTP/1.1\r\n\r\n');
    await waitFor(() => services.feed.followers() === 1);
    socket.pause();
    const text = 'x'.repeat(100_000);
    let told = 0;
    await waitFor(() => {
      services.feed.append('message', ANA, { text });
      told += text.length;
      return services.feed.followers() === 0;
    });
    expect(told).toBeLessThan(20 * MAX_UNREAD_BYTES);
  });

  /** Characters of events until the first of so many readers who don't read is dropped. */
  async function toldUntilDropped(readers: number): Promise<number> {
    const { services, socketPath } = await server();
    const sockets = Array.from({ length: readers }, () => connect(socketPath).on('error', () => {}));
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
    });
    for (const socket of sockets) socket.write('GET /events?all=true HTTP/1.1\r\n\r\n');
    await waitFor(() => services.feed.followers() === readers);
    for (const socket of sockets) socket.pause();
    const text = 'x'.repeat(16_000);
    let told = 0;
    for (; services.feed.followers() === readers; told += text.length) {
      services.feed.append('message', ANA, { text });
      await new Promise((resolve) => setImmediate(resolve));
    }
    return told;
  }

  test('drops readers who don’t read the sooner, the more there are', async () => {
    const alone = await toldUntilDropped(1);
    expect(alone - (await toldUntilDropped(300))).toBeGreaterThan(100_000);
  });

  test('ends every stream when the service stops, at once', async () => {
    const { api, stream } = await server();
    const streams = await Promise.all([stream(), stream('/events?all=true')]);
    const began = performance.now();
    await api.stop(60_000);
    expect(performance.now() - began).toBeLessThan(10_000);
    await waitFor(() => streams.every((one) => one.ended()));
  });

  test(`holds ${MAX_STREAMS} of a trusted caller’s and not one more`, async () => {
    const { socketPath, services } = await server();
    const streams: OpenStream[] = [];
    onTestFinished(() => {
      for (const one of streams) one.close();
    });
    for (let n = 0; n < MAX_STREAMS; n += 100) {
      streams.push(...(await Promise.all(Array.from({ length: 100 }, () => openStream(socketPath)))));
    }
    expect(services.feed.followers()).toBe(MAX_STREAMS);
    const { status, body } = await call(socketPath, 'GET', '/events');
    expect([status, body.code]).toEqual([503, 'too_many_connections']);
    streams.pop()?.close();
    await waitFor(() => services.feed.followers() === MAX_STREAMS - 1);
    const again = await openStream(socketPath);
    streams.push(again);
    expect(again.status).toBe(200);
  });
});

describe.skipIf(!isRoot)(`GET /events by who isn’t trusted (${NEEDS_ROOT})`, () => {
  let ann: TestUser;
  beforeAll(() => {
    ann = createUser();
  });
  afterAll(() => removeUser(ann));

  test('is about themself alone', async () => {
    const { socketPath } = await server();
    for (const [path, code] of [
      ['/events?user=root', 'not_yours'],
      ['/events?all=true', 'not_trusted'],
      ['/messages?all=true', 'not_trusted'],
    ]) {
      const { status, body } = await callAs(ann, socketPath, 'GET', path ?? '');
      expect([status, body.code]).toEqual([403, code]);
    }
  });

  test(`is granted ${MAX_STREAMS_PER_UID} times at once`, async () => {
    const { socketPath } = await server();
    const script = `
      const open = () => new Promise((resolve) => {
        require('node:http').get({ socketPath: ${JSON.stringify(socketPath)}, path: '/events', agent: false }, (response) => {
          resolve([response.statusCode, response.headers['retry-after'] ?? 'none']);
        });
      });
      (async () => {
        const answers = [];
        for (let n = 0; n <= ${MAX_STREAMS_PER_UID}; n += 1) answers.push(await open());
        console.log(JSON.stringify(answers));
        process.exit();
      })();`;
    const words = [`--reuid=${ann.uid}`, `--regid=${ann.gid}`, '--init-groups', process.execPath, '-e', script];
    const { stdout } = await promisify(execFile)('setpriv', words, { cwd: '/' });
    const answers: [number, string][] = JSON.parse(stdout);
    expect(answers.slice(0, -1)).toEqual(Array(MAX_STREAMS_PER_UID).fill([200, 'none']));
    expect(answers.at(-1)).toEqual([429, expect.stringMatching(/^[1-9]/)]);
  });
});

describe('the feed', () => {
  test('forgets the oldest, by number and by size', () => {
    const since = (feed: ReturnType<typeof createEventLog>, number: number) => {
      const names: string[] = [];
      feed.subscribe('all', number, ({ name, data }) => names.push(name === 'gap' ? 'gap' : data))();
      return names;
    };
    const feed = createEventLog(() => 100, 3, 1000);
    expect(since(feed, 100)).toEqual([]);
    for (const n of [1, 2, 3]) feed.append('message', ANA, { n });
    expect(since(feed, 100)).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
    feed.append('message', ANA, { n: 4 });
    expect(since(feed, 100)).toEqual(['gap']);
    expect(since(feed, 101)).toEqual(['{"n":2}', '{"n":3}', '{"n":4}']);
    feed.append('message', ANA, { text: 'x'.repeat(988) });
    expect(since(feed, 104)).toHaveLength(1);
    expect(since(feed, 103)).toEqual(['gap']);
    expect(feed.followers()).toBe(0);
  });
});
