import type { Socket } from 'node:net';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { GrammyError, InputFile } from 'grammy';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createTelegramClient, type TelegramClient } from '../../../src/bot/telegram/client.ts';
import { describeError, mayBeDone } from '../../../src/bot/telegram/http.ts';
import { startSandbox } from '../../support/bot/sandbox-client.ts';
import { http, rawServer } from '../../support/network/raw-server.ts';

const TOKEN = '987654:a-Token_that-nobody-may-see-anywhere-42';

interface Call {
  readonly method: string;
  readonly seconds: number;
  readonly result: string;
}

function clientOf(url: string, connections = 4): TelegramClient & { calls: Call[] } {
  const calls: Call[] = [];
  const client = createTelegramClient(TOKEN, {
    address: { root: url },
    connections,
    onCall: (method, seconds, result) => calls.push({ method, seconds, result }),
  });
  onTestFinished(() => client.close());
  return { ...client, calls };
}

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    await work;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

/** Everything anybody could print of an error. */
function everythingIn(error: unknown): string {
  const seen = [inspect(error, { depth: null, showHidden: true, getters: true }), JSON.stringify(error), String(error)];
  for (let one = error; one instanceof Error; one = 'error' in one ? one.error : one.cause) {
    seen.push(one.message, one.stack ?? '', JSON.stringify(one, Object.getOwnPropertyNames(one)));
  }
  return seen.join('\n');
}

describe('against a server that answers badly', () => {
  test.each<[string, string, string, RegExp]>([
    [
      'a gateway’s page',
      http('<html>502</html>', 502, 'text/html'),
      'garbage',
      /answered 502 with something that is not JSON/,
    ],
    ['half a JSON', http('{"ok":true,"resu'), 'garbage', /answered 200 with something that is not JSON/],
    ['nothing', http(''), 'garbage', /not JSON/],
    ['null', http('null'), 'garbage', /not the Bot API's/],
    ['a list', http('[]'), 'garbage', /not the Bot API's/],
    ['another API’s JSON', http('{"status":"fine"}'), 'garbage', /not the Bot API's/],
    ['an ok of the wrong type', http('{"ok":"true","result":{}}'), 'garbage', /not the Bot API's/],
    ['an ok without a result', http('{"ok":true}'), 'garbage', /not the Bot API's/],
    ['an error without a number', http('{"ok":false,"description":"no"}', 400), 'garbage', /not the Bot API's/],
    ['no HTTP', 'SSH-2.0-OpenSSH_9.2\r\n', 'unreachable', /answer was lost \(HTTPParserError\)/],
    [
      'less than it announced',
      'HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n{"ok":tr',
      'unreachable',
      /answer was lost/,
    ],
  ])('%s becomes one sentence without the token', async (_what, bytes, result, sentence) => {
    const server = await rawServer((socket) => socket.end(bytes));
    const { api, calls } = clientOf(server.url);
    const error = await failureOf(api.getMe());
    expect(describeError(error)).toMatch(sentence);
    expect(calls).toMatchObject([{ method: 'getMe', result }]);
    expect(everythingIn(error)).not.toMatch(/a-Token_that|987654/);
  });

  test('an answer without an end is cut off', async () => {
    const server = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
      const piece = `40000\r\n${'x'.repeat(0x40000)}\r\n`;
      const more = () => {
        while (socket.writable && socket.write(piece));
      };
      socket.on('drain', more);
      more();
    });
    const { api } = clientOf(server.url);
    const error = await failureOf(api.getMe());
    expect(describeError(error)).toMatch(/more than 16 MiB/);
    expect(everythingIn(error)).not.toContain('a-Token_that');
  });

  test('a reset, and a port where nobody listens, are named by the system’s word', async () => {
    const server = await rawServer((socket) => socket.resetAndDestroy());
    const reset = await failureOf(clientOf(server.url).api.getMe());
    expect(describeError(reset)).toMatch(/answer was lost \((ECONNRESET|UND_ERR_SOCKET)\)/);
    const nobody = await failureOf(clientOf('http://127.0.0.1:1').api.getMe());
    expect(describeError(nobody)).toBe('Telegram could not be reached (ECONNREFUSED)');
    for (const error of [reset, nobody]) expect(everythingIn(error)).not.toContain('a-Token_that');
  });

  test('a call that is broken off says so', async () => {
    const server = await rawServer(() => {});
    const { api } = clientOf(server.url);
    const stop = new AbortController();
    const call = failureOf(api.getMe(stop.signal as Parameters<typeof api.getMe>[0]));
    setTimeout(() => stop.abort(), 50);
    const error = await call;
    expect(describeError(error)).toBe('the call to Telegram was broken off');
    expect(everythingIn(error)).not.toContain('a-Token_that');
  });
});

test('of a refusal’s reason a few lines are kept, and of one that is no text nothing', async () => {
  const answers = ['y'.repeat(3_000_000), 5, null].map((description) =>
    http(JSON.stringify({ ok: false, error_code: 400, description }), 400),
  );
  const server = await rawServer((socket) => socket.write(answers.shift() ?? ''));
  const { api } = clientOf(server.url, 1);
  const reasons = [];
  for (const _ of [1, 2, 3]) reasons.push(describeError(await failureOf(api.sendMessage(1, 'x'))));
  expect(reasons).toEqual([`${'y'.repeat(500)}… (400)`, 'no reason given (400)', 'no reason given (400)']);
});

describe('whether a failed call may have been done', () => {
  const failed = async (url: string, body?: InputFile) => {
    const { api } = clientOf(url);
    return mayBeDone(await failureOf(body === undefined ? api.sendMessage(1, 'x') : api.sendDocument(1, body)));
  };

  test('not without a connection, a name or a trusted certificate', async () => {
    expect(await failed('http://127.0.0.1:1')).toBe(false);
    expect(await failed('http://telegram.invalid')).toBe(false);
    const plain = await rawServer((socket) => socket.end(http('{}')));
    expect(await failed(plain.url.replace('http:', 'https:'))).toBe(false);
  });

  test.each<[string, (socket: Socket) => void, boolean]>([
    ['a reset after the request', (socket) => socket.resetAndDestroy(), true],
    ['an end after the request', (socket) => socket.end(), true],
    ['half an answer', (socket) => socket.end(http('{"ok":tr')), true],
    ['a page with status 200', (socket) => socket.end(http('<html>', 200)), true],
    ['a gateway’s time-out', (socket) => socket.end(http('<html>', 504)), true],
    ['a gateway’s refusal', (socket) => socket.end(http('<html>', 502)), false],
    [
      'the Bot API’s refusal',
      (socket) => socket.end(http('{"ok":false,"error_code":400,"description":"x"}', 400)),
      false,
    ],
  ])('after %s: %s', async (_what, answer, may) => {
    const server = await rawServer(answer);
    expect(await failed(server.url)).toBe(may);
  });

  test('not when the connection broke in the middle of an upload', async () => {
    const server = await rawServer((socket) => socket.resetAndDestroy());
    const endless = Readable.from(
      (async function* () {
        for (;;) {
          yield Buffer.alloc(65_536);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      })(),
    );
    expect(await failed(server.url, new InputFile(endless, 'x.bin'))).toBe(false);
  });
});

describe('against the sandbox', () => {
  test('a refusal keeps Telegram’s words and parameters, without the token', async () => {
    const sandbox = await startSandbox({ token: TOKEN });
    sandbox.migrate(-5, -1005);
    const { api, calls } = clientOf(sandbox.url);
    const error = await failureOf(api.sendMessage(-5, 'x'));
    expect(error).toBeInstanceOf(GrammyError);
    expect(error).toMatchObject({ error_code: 400, parameters: { migrate_to_chat_id: -1005 } });
    expect(describeError(error)).toBe('Bad Request: group chat was upgraded to a supergroup chat (400)');
    expect(everythingIn(error)).not.toContain('a-Token_that');
    expect(calls).toMatchObject([{ method: 'sendMessage', result: 'refused' }]);
  });

  test('calls are counted by method, with the seconds they took', async () => {
    const sandbox = await startSandbox({ token: TOKEN, latency: 60 });
    const { api, calls } = clientOf(sandbox.url);
    await api.sendMessage(1, 'x');
    await api.sendDocument(1, new InputFile(Buffer.from('x'), 'x.txt'));
    expect(calls.map(({ method, result }) => [method, result])).toEqual([
      ['sendMessage', 'ok'],
      ['sendDocument', 'ok'],
    ]);
    for (const { seconds } of calls) expect(seconds).toBeGreaterThan(0.05);
  });

  test('a long poll takes no connection from messages', async () => {
    const sandbox = await startSandbox({ token: TOKEN });
    const { api } = clientOf(sandbox.url, 1);
    const polling = api.getUpdates({ timeout: 20 });
    await api.sendMessage(1, 'meanwhile');
    sandbox.say(1, 'wakes the poll');
    expect(await polling).toHaveLength(1);
  });

  test('connections are used again', async () => {
    const server = await rawServer((socket) => socket.write(http('{"ok":true,"result":{"id":1}}')));
    const { api } = clientOf(server.url, 1);
    for (let i = 0; i < 5; i += 1) await api.getMe();
    expect(server.requests).toHaveLength(5);
    expect(server.connections).toBe(1);
  });
});
