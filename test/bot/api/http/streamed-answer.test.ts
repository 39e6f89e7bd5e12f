import { Readable } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { MAX_STREAM_BYTES, MEMORY_LIMITS } from '../../../../src/bot/api/limits.ts';
import type { Services } from '../../../../src/bot/api/services.ts';
import { Problem } from '../../../../src/core/problem.ts';
import type { MessageRecord } from '../../../../src/core/views/message.ts';
import { waitFor } from '../../../support/wait-for.ts';
import { call, type RunningApi, rawConnection, startApi } from '../support/running-api.ts';

const message = (n: number): MessageRecord => ({
  id: String(n),
  to: 'user:ann',
  status: 'sent',
  acceptedAt: '2026-01-30T12:00:00Z',
  text: '€'.repeat(4096),
  messageIds: [n],
});

/** An API whose messages, or pictures, are these. */
async function serving(own: Partial<Pick<Services, 'messages' | 'picture'>>): Promise<RunningApi> {
  const running = await startApi();
  onTestFinished(() => running.close());
  Object.assign(running.services, own);
  return running;
}

test('a short page comes with its length, a long one whole and in pieces', async () => {
  let many = 1;
  const { socketPath } = await serving({
    async *messages() {
      for (let n = 0; n < many; n += 1) yield message(n);
      return 'the next';
    },
  });
  const short = await call(socketPath, 'GET', '/messages');
  expect(Number(short.headers['content-length'])).toBe(Buffer.byteLength(short.text));
  expect(short.body).toMatchObject({ ok: true, messages: [{ id: '0' }], next: 'the next' });
  many = 200;
  const long = await call(socketPath, 'GET', '/messages');
  expect(long.headers['transfer-encoding']).toBe('chunked');
  expect(long.body.messages).toHaveLength(200);
  many = 0;
  expect((await call(socketPath, 'GET', '/messages')).body).toEqual({ ok: true, messages: [], next: 'the next' });
});

test('a page is read no faster than its reader takes it, and no further when the reader has left', async () => {
  let read = 0;
  let ended = false;
  const { socketPath } = await serving({
    async *messages() {
      try {
        for (; read < 10_000; read += 1) yield message(read);
        return null;
      } finally {
        ended = true;
      }
    },
  });
  const { socket } = await rawConnection(socketPath);
  socket.pause();
  socket.write('GET /messages HTTP/1.1\r\n\r\n');
  await waitFor(() => read > 20);
  // The kernel's buffer and the pieces under way are full by then.
  expect(read).toBeLessThan(200);
  socket.destroy();
  await waitFor(() => ended);
});

test('what fails before the first piece is answered; later it ends the connection, and the log says why', async () => {
  let good = 0;
  const { socketPath, logLines } = await serving({
    async *messages() {
      for (let n = 0; n < good; n += 1) yield message(n);
      throw good === 0 ? new Problem('bad_field', 'before: wrong.') : new Error('the disk is gone');
    },
  });
  expect(await call(socketPath, 'GET', '/messages')).toMatchObject({ status: 400, body: { code: 'bad_field' } });
  good = 100;
  await expect(call(socketPath, 'GET', '/messages')).rejects.toMatchObject({ code: 'ECONNRESET' });
  await waitFor(() => logLines.some((line) => line.includes('An answer broke off') && line.includes('disk is gone')));
  expect((await call(socketPath, 'GET', '/health')).status).toBe(200);
});

test('pictures that nobody reads count as pages do', async () => {
  const { socketPath } = await serving({
    picture: async () => ({ type: 'image/png', bytes: Readable.from([Buffer.alloc(1 << 20)]) }),
  });
  const fitting = MEMORY_LIMITS.perUid / MAX_STREAM_BYTES;
  const asking = await Promise.all(
    Array.from({ length: fitting + 5 }, async () => {
      const { socket } = await rawConnection(socketPath);
      onTestFinished(() => void socket.destroy());
      socket.removeAllListeners('data');
      socket.pause();
      socket.write('GET /messages/a/pictures/0 HTTP/1.1\r\n\r\n');
      return socket;
    }),
  );
  const heads = await Promise.all(
    asking.map(
      (socket) =>
        new Promise<string>((resolve) => {
          const look = () => {
            const chunk: Buffer | null = socket.read(12);
            if (chunk !== null) resolve(chunk.toString());
          };
          socket.on('readable', look);
          look();
        }),
    ),
  );
  const count = (status: number) => heads.filter((head) => head === `HTTP/1.1 ${status}`).length;
  expect([count(200), count(429)]).toEqual([fitting, 5]);
});
