import { readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, type RunningApi, rawConnection, startApi } from './support/running-api.ts';

let running: RunningApi;
let socketPath: string;
beforeAll(async () => {
  running = await startApi();
  socketPath = running.socketPath;
});
afterAll(() => running.close());

const JSON_POST = 'POST /send HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const post = (body: string) => `${JSON_POST}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
const statuses = (received: string) =>
  [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
/** The last answer's JSON. */
const lastBody = (received: string) => JSON.parse(received.slice(received.lastIndexOf('\r\n\r\n') + 4));

async function say(...words: (string | Buffer)[]): Promise<string> {
  const connection = await rawConnection(socketPath);
  for (const word of words) connection.socket.write(word);
  await connection.closed;
  return connection.received();
}

describe('many clients', () => {
  test('a thousand in the same instant, a new connection each, are all served', async () => {
    const before = running.services.submissions.length;
    const body = JSON.stringify({ text: 'herd', wait: 0 });
    const answers = await Promise.all(
      Array.from(
        { length: 1_000 },
        () =>
          new Promise<string>((resolve, reject) => {
            const socket = connect(socketPath, () =>
              socket.write(post(body).replace('host: x', 'host: x\r\nconnection: close')),
            );
            let text = '';
            socket.on('data', (chunk) => {
              text += String(chunk);
            });
            socket.on('error', reject);
            socket.on('close', () => resolve(text.slice(0, 12)));
          }),
      ),
    );
    expect(new Set(answers)).toEqual(new Set(['HTTP/1.1 202']));
    expect(running.services.submissions.length - before).toBe(1_000);
  });

  test('requests in one piece on one connection are answered each, in order', async () => {
    const connection = await rawConnection(socketPath);
    connection.socket.write(post('{"text":"slow","wait":100}') + post('{"text":5}') + post('{"text":"a","wait":0}'));
    await connection.until('"status":"queued"}\n');
    await expect.poll(() => statuses(connection.received())).toEqual([202, 400, 202]);
    connection.socket.destroy();
  });
});

describe('pipelined requests', () => {
  test('begin one after the other', async () => {
    const connection = await rawConnection(socketPath);
    const before = running.services.submissions.length;
    connection.socket.write(post('{"text":"slow","wait":300}') + post('{"text":"a","wait":0}'));
    await expect.poll(() => running.services.submissions.length).toBe(before + 1);
    expect(await Promise.race([connection.until('202'), sleep(100, 'slow')])).toBe('slow');
    expect(running.services.submissions.length).toBe(before + 1);
    await connection.until('"status":"queued"}\n');
    await expect.poll(() => running.services.submissions.length).toBe(before + 2);
    connection.socket.destroy();
  });

  test('that the client does not wait for are not begun', async () => {
    const connection = await rawConnection(socketPath);
    const before = running.services.submissions.length;
    connection.socket.write(post('{"text":"slow","wait":200}') + post('{"text":"a","wait":0}'));
    await expect.poll(() => running.services.submissions.length).toBe(before + 1);
    connection.socket.destroy();
    await connection.closed;
    expect((await call(socketPath, 'POST', '/send', '{"text":"slow","wait":400}')).status).toBe(202);
    expect(running.services.submissions.length).toBe(before + 2);
  });

  test.each(['GET /none HTTP/1.1\r\n\r\n', 'GET /none HTTP/1.1\r\nexpect: more\r\n\r\n'])(
    'of hundreds in one packet, %j, at most 32 are answered',
    async (text) => {
      const connection = await rawConnection(socketPath);
      connection.socket.write(text.repeat(1_000));
      await connection.closed;
      expect(statuses(connection.received()).length).toBeLessThanOrEqual(32);
      expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
    },
  );
});

test('heads that are sent far ahead end the connection', async () => {
  const connection = await rawConnection(socketPath);
  connection.socket.write(post('{"text":"slow","wait":400}'));
  connection.socket.write(`GET /none HTTP/1.1\r\nx: ${'a'.repeat(15_000)}\r\n\r\n`.repeat(10));
  await connection.closed;
  expect(connection.received()).toBe('');
});

describe('slow clients', () => {
  // Real time, since it is Node's own clock that must notice; side by side to take it once.
  test('are cut off: a head, a body or a silence of ten seconds gets 408, and others are served meanwhile', async () => {
    const silent = rawConnection(socketPath);
    const head = rawConnection(socketPath).then((connection) => {
      connection.socket.write('POST /send HTTP/1.1\r\n');
      const drip = setInterval(() => connection.socket.write('x-a: b\r\n'), 1_000);
      connection.closed.then(() => clearInterval(drip));
      return connection;
    });
    const body = rawConnection(socketPath).then((connection) => {
      connection.socket.write(`${JSON_POST}content-length: 100\r\n\r\n{"text":"`);
      const drip = setInterval(() => connection.socket.write('x'), 1_000);
      connection.closed.then(() => clearInterval(drip));
      return connection;
    });
    const slow = await Promise.all([silent, head, body]);
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
    await Promise.all(slow.map(({ closed }) => closed));
    for (const { received } of slow) {
      expect(statuses(received())).toEqual([408]);
      expect(lastBody(received())).toMatchObject({ code: 'too_slow' });
    }
  }, 60_000);
});

describe('clients that speak no HTTP', () => {
  test.each<[string, string | Buffer, number, string]>([
    ['garbage', Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0xff, 0xfe]), 400, 'bad_request'],
    ['another protocol', 'EHLO there\r\n', 400, 'bad_request'],
    ['a method that is none', 'FETCH / HTTP/1.1\r\nhost: x\r\n\r\n', 400, 'bad_request'],
    ['no host, and no such path', 'GET / HTTP/1.1\r\nconnection: close\r\n\r\n', 404, 'not_found'],
    ['HTTP/1.0', 'GET /nothing HTTP/1.0\r\n\r\n', 404, 'not_found'],
    ['a whole address', 'PUT http://x/send?a=b HTTP/1.1\r\nconnection: close\r\n\r\n', 405, 'wrong_method'],
    [
      'a wish for another protocol',
      'GET /no HTTP/1.1\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n',
      404,
      'not_found',
    ],
    ['a star', 'OPTIONS * HTTP/1.1\r\nconnection: close\r\n\r\n', 404, 'not_found'],
    ['two lengths', `${JSON_POST}content-length: 2\r\ncontent-length: 3\r\n\r\n{}`, 400, 'bad_request'],
    [
      'a length and chunks',
      `${JSON_POST}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n{}`,
      400,
      'bad_request',
    ],
    ['chunks that are none', `${JSON_POST}transfer-encoding: chunked\r\n\r\nzz\r\n{}`, 400, 'bad_request'],
    ['a tunnel', 'CONNECT example.com:443 HTTP/1.1\r\nhost: x\r\n\r\n', 405, 'wrong_method'],
    ['an expectation', `${JSON_POST}expect: the-unexpected\r\ncontent-length: 2\r\n\r\n{}`, 417, 'wrong_expectation'],
    ['a head of 20 KiB', `GET / HTTP/1.1\r\nx: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'head_too_large'],
    ['a path of 20 KiB', `GET /${'a'.repeat(20_000)} HTTP/1.1\r\n\r\n`, 431, 'head_too_large'],
    ['thousands of headers', `GET / HTTP/1.1\r\n${'aaaa:bbbb\r\n'.repeat(4_000)}\r\n`, 431, 'head_too_large'],
  ])('%s gets a JSON answer and the connection closes', async (_what, words, status, code) => {
    const received = await say(words);
    expect(statuses(received)).toEqual([status]);
    expect(lastBody(received)).toMatchObject({ code, error: expect.any(String) });
  });

  test('garbage after a request does not become that request’s answer', async () => {
    const received = await say(`${post('{"text":"slow","wait":200}')}\x00\x01garbage\r\n\r\n`);
    expect(statuses(received)).toEqual([202, 400]);
    expect(lastBody(received)).toMatchObject({ code: 'bad_request' });
  });

  test('whatever bytes come, the service goes on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), fc.boolean(), async (bytes, insideBody) => {
        const connection = await rawConnection(socketPath);
        if (insideBody) connection.socket.write(`${JSON_POST}transfer-encoding: chunked\r\n\r\n`);
        connection.socket.end(Buffer.from(bytes));
        await connection.closed;
        for (const status of statuses(connection.received())) expect(status).toBeLessThan(500);
      }),
      { numRuns: 200 },
    );
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });
});

describe('bodies too large', () => {
  const mebibyte = 1024 * 1024;

  test('a JSON body of 1 MiB is taken, and one byte more is refused', async () => {
    const frame = JSON.stringify({ text: 'x', wait: 0, unknown: '' }).length;
    const sized = (size: number) => JSON.stringify({ text: 'x', wait: 0, unknown: 'y'.repeat(size - frame) });
    expect((await call(socketPath, 'POST', '/send', sized(mebibyte))).status).toBe(202);
    const refused = await call(socketPath, 'POST', '/send', sized(mebibyte + 1));
    expect([refused.status, refused.body.code]).toEqual([413, 'too_large']);
  });

  test('one announced too large is refused before it is sent', async () => {
    const connection = await rawConnection(socketPath);
    connection.socket.write(`${JSON_POST}expect: 100-continue\r\ncontent-length: ${2 * mebibyte}\r\n\r\n`);
    await connection.until('"too_large"');
    expect(connection.received()).not.toContain('100 Continue');
    await connection.closed;
  });

  test('one that fits is asked for', async () => {
    const connection = await rawConnection(socketPath);
    connection.socket.write(`${JSON_POST}expect: 100-continue\r\ncontent-length: 21\r\n\r\n`);
    await connection.until('100 Continue');
    connection.socket.write('{"text":"a","wait":0}');
    await connection.until('"queued"');
    connection.socket.destroy();
  });

  test('one in chunks without end is refused, read no further, and the connection ends', async () => {
    const connection = await rawConnection(socketPath);
    connection.socket.write(`${JSON_POST}transfer-encoding: chunked\r\n\r\n`);
    const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`;
    const pour = setInterval(() => connection.socket.writable && connection.socket.write(chunk), 5);
    await connection.until('"too_large"');
    await connection.closed;
    clearInterval(pour);
    expect(statuses(connection.received())).toEqual([413]);
  });

  test('a client that was refused may use the connection on, once it has sent what it announced', async () => {
    const connection = await rawConnection(socketPath);
    const body = 'x'.repeat(mebibyte + 10);
    connection.socket.write(post(body) + post('{"text":"a","wait":0}'));
    await connection.until('"queued"');
    expect(statuses(connection.received())).toEqual([413, 202]);
    connection.socket.destroy();
  });
});

describe('a body that is answered before its end', () => {
  test('is let run out, also where the client wants the connection closed after the answer', async () => {
    const { socket, closed, until } = await rawConnection(socketPath);
    socket.write(
      'POST /send HTTP/1.1\r\nconnection: close\r\ncontent-type: text/plain\r\ncontent-length: 20\r\n\r\n0123456789',
    );
    await until('HTTP/1.1 415 ');
    expect(await Promise.race([closed, sleep(300, 'open')])).toBe('open');
    socket.write('0123456789');
    await closed;
  });
});

describe('one user’s requests under way', () => {
  test('hold no more than 32 MiB of memory, and what is answered is free again', async () => {
    // Half of a body each, kept waiting.
    const half = 'x'.repeat(1024 * 1024 - 100);
    const head = `${JSON_POST}content-length: ${1024 * 1024}\r\n\r\n`;
    const connections = await Promise.all(Array.from({ length: 70 }, () => rawConnection(socketPath)));
    for (const { socket } of connections) socket.write(head + half);
    const refused = () => connections.filter(({ received }) => statuses(received()).includes(429));
    await expect.poll(() => refused().length, { timeout: 8_000 }).toBe(38);
    expect(refused()[0]?.received()).toMatch(/retry-after: 1\r\n[\s\S]*too large together: try again in 1 s/);
    for (const { socket, closed } of connections) {
      socket.destroy();
      await closed;
    }
    const whole = JSON.stringify({ text: 'x', wait: 0, unknown: half });
    await expect.poll(async () => (await call(socketPath, 'POST', '/send', whole)).status).toBe(202);
  }, 30_000);
});

describe('clients that leave', () => {
  test('after asking for a tunnel behind a request, which is then answered to nobody, end nothing', async () => {
    const before = running.services.submissions.length;
    for (let i = 0; i < 5; i += 1) {
      const { socket, closed } = await rawConnection(socketPath);
      socket.write(`${post('{"text":"slow","wait":400}')}CONNECT x:1 HTTP/1.1\r\n\r\n`);
      await expect.poll(() => running.services.submissions.length).toBe(before + i + 1);
      socket.destroy();
      await closed;
    }
    // Longer than the answers to those who left take.
    expect((await call(socketPath, 'POST', '/send', '{"text":"slow","wait":800}')).status).toBe(202);
  });

  test('in the middle of a body leave no trace, and no error in the log', async () => {
    const before = running.services.submissions.length;
    for (let round = 0; round < 50; round += 1) {
      const connection = await rawConnection(socketPath);
      connection.socket.write(`${JSON_POST}content-length: 100\r\n\r\n{"text":"`);
      if (round % 2 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
      connection.socket.destroy();
      await connection.closed;
    }
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
    expect(running.services.submissions.length).toBe(before);
    expect(running.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
  });

  test('before the answer have their message sent all the same', async () => {
    const before = running.services.submissions.length;
    const connection = await rawConnection(socketPath);
    connection.socket.write(post('{"text":"slow","wait":200}'));
    await expect.poll(() => running.services.submissions.length).toBe(before + 1);
    connection.socket.destroy();
    expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
  });

  test('nothing is left in the staging folder by any of this', () => {
    expect(readdirSync(running.services.stagingDir)).toEqual([]);
  });
});
