import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';

let folder: string;
let socketPath: string;
let client: SocketClient;
const servers: Server[] = [];
const sockets = new Set<Socket>();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nb-client-'));
  socketPath = join(folder, 'bot.sock');
  client = createSocketClient({ socketPath, timeoutMs: 2_000 });
});
afterEach(async () => {
  await client.close();
  for (const socket of sockets) socket.destroy();
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
  rmSync(folder, { recursive: true, force: true });
});

async function listen(server: Server): Promise<void> {
  servers.push(server);
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  server.listen(socketPath);
  await once(server, 'listening');
}
const serve = (listener: RequestListener) => listen(createHttpServer(listener));
/** Answers each connection's first bytes with `words`, and keeps it open, or not. */
const speak = (words: string | undefined, end = true) =>
  listen(
    createServer((socket) => {
      socket.once('data', () => (end ? socket.end(words ?? '') : socket.write(words ?? '')));
    }),
  );

const status = () => client.request('GET', '/status');

describe('an answer', () => {
  test('arrives with its status, whichever that is', async () => {
    await serve((request, response) => {
      response.writeHead(request.url === '/none' ? 404 : 200, { 'content-type': 'application/json; charset=utf-8' });
      response.end(JSON.stringify({ url: request.url, method: request.method, type: request.headers['content-type'] }));
    });
    expect(await client.request('GET', '/messages?limit=2')).toEqual({
      status: 200,
      body: { url: '/messages?limit=2', method: 'GET' },
    });
    expect((await client.request('GET', '/none')).status).toBe(404);
    expect((await client.request('POST', '/unlink')).body).toEqual({ url: '/unlink', method: 'POST' });
    expect((await client.request('POST', '/send', {})).body).toMatchObject({ type: 'application/json' });
  });

  test('of plain text is a string', async () => {
    await serve((_request, response) =>
      response.setHeader('content-type', 'text/plain; version=0.0.4').end('sent 1\n'),
    );
    expect(await client.request('GET', '/metrics')).toEqual({ status: 200, body: 'sent 1\n' });
  });

  test('comes to requests side by side, none waits for another', async () => {
    let waiting: (() => void)[] = [];
    await serve((_request, response) => {
      waiting.push(() => response.setHeader('content-type', 'application/json').end('{}'));
      if (waiting.length === 8) for (const answer of waiting.splice(0)) answer();
    });
    expect(await Promise.all(Array.from({ length: 8 }, () => status()))).toHaveLength(8);
    waiting = [];
  });

  test('may come before all of an upload was sent', async () => {
    await serve((_request, response) =>
      response.writeHead(413, { 'content-type': 'application/json' }).end('{"code":"too_large"}'),
    );
    writeFileSync(join(folder, 'big'), Buffer.alloc(8_000_000));
    const answer = await client.upload('/send_photo', {}, [{ part: 'photo', path: join(folder, 'big'), name: 'big' }]);
    expect(answer).toEqual({ status: 413, body: { code: 'too_large' } });
  });
});

describe('an upload', () => {
  test('carries fields and files, in the form that browsers write', async () => {
    await serve((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify([request.headers['content-type'], Buffer.concat(chunks).toString()]));
      });
    });
    writeFileSync(join(folder, 'a.png'), 'PNG bytes');
    const files = [{ part: 'photo', path: join(folder, 'a.png'), name: 'ü"\r\n.png' }] as const;
    const { body } = await client.upload(
      '/send_photo',
      { caption: 'Hä', silent: true, buttons: [], none: undefined },
      files,
    );
    const [type, text] = Array.isArray(body) ? body : [];
    const boundary = String(type).replace('multipart/form-data; boundary=', '--');
    expect(text.split(boundary)).toEqual([
      '',
      '\r\ncontent-disposition: form-data; name="caption"\r\n\r\nHä\r\n',
      '\r\ncontent-disposition: form-data; name="silent"\r\n\r\ntrue\r\n',
      '\r\ncontent-disposition: form-data; name="buttons"\r\n\r\n[]\r\n',
      '\r\ncontent-disposition: form-data; name="photo"; filename="ü%22%0D%0A.png"\r\ncontent-type: application/octet-stream\r\n\r\nPNG bytes\r\n',
      '--\r\n',
    ]);
  });

  test('of a file that cannot be read says which', async () => {
    await serve((request, response) => request.on('end', () => response.end()).resume());
    const path = join(folder, 'none.png');
    await expect(client.upload('/send_photo', {}, [{ part: 'photo', path, name: 'a' }])).rejects.toMatchObject({
      code: 'no_file',
      message: `${path}: can't be read (ENOENT).`,
    });
  });
});

describe('no answer', () => {
  const nobody = {
    code: 'no_service',
    message: expect.stringMatching(/^Nothing listens on .*bot\.sock: is notify-bot running\?/),
  };

  test('comes where there is no socket, or a stale one', async () => {
    await expect(status()).rejects.toMatchObject(nobody);
    writeFileSync(socketPath, '');
    await expect(status()).rejects.toMatchObject(nobody);
  });

  test('comes again when the service is back, with the same client', async () => {
    await expect(status()).rejects.toMatchObject(nobody);
    await serve((_request, response) => response.setHeader('content-type', 'application/json').end('{"ok":true}'));
    expect((await status()).body).toEqual({ ok: true });
  });

  test.skipIf(process.getuid?.() !== 0)('comes to whom the socket is not for (needs root)', async () => {
    chmodSync(folder, 0o755);
    await serve((_request, response) => response.end('{}'));
    chmodSync(socketPath, 0o600);
    process.seteuid?.(65_534);
    try {
      await expect(status()).rejects.toMatchObject({
        code: 'no_permission',
        message: expect.stringContaining(socketPath),
      });
    } finally {
      process.seteuid?.(0);
    }
  });

  test.each<[string, string]>([
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a page', 'HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>'],
    ['broken JSON', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{"'],
    ['no body', 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'],
  ])('is what %s counts as', async (_what, words) => {
    await speak(words);
    await expect(status()).rejects.toMatchObject({
      code: 'bad_answer',
      message: expect.stringContaining('is not notify-bot'),
    });
  });

  test.each<[string, string]>([
    ['before a word', ''],
    ['in the middle', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"ok"'],
  ])('comes when the connection breaks %s', async (_when, words) => {
    await speak(words);
    await expect(status()).rejects.toMatchObject({ code: 'connection_lost' });
  });

  test.each<[string, string | undefined]>([
    ['says nothing', undefined],
    ['stops in the middle', 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 20\r\n\r\n{"ok"'],
  ])(
    'comes in time from one who %s',
    async (_what, words) => {
      await client.close();
      client = createSocketClient({ socketPath, timeoutMs: 500 });
      await speak(words, false);
      await expect(status()).rejects.toMatchObject({
        code: 'timeout',
        message: expect.stringContaining('within 0.5 s'),
      });
    },
    20_000,
  );

  test('is waited for no longer than the signal says', async () => {
    await speak(undefined, false);
    const reason = new Error('enough');
    const abort = new AbortController();
    const asked = client.request('GET', '/status', undefined, { signal: abort.signal });
    setTimeout(() => abort.abort(reason), 50);
    await expect(asked).rejects.toBe(reason);
  });
});
