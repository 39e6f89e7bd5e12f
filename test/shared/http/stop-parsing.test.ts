import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { stopParsing } from '../../../src/shared/http/stop-parsing.ts';

test('the rest of a packet makes no requests', async () => {
  let requests = 0;
  const server = createServer(({ socket }) => {
    requests += 1;
    if (requests === 2) stopParsing(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  client.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(200));
  await once(client.resume(), 'close');
  expect(requests).toBe(2);
  // The server goes on to serve others.
  const other = connect((server.address() as AddressInfo).port, '127.0.0.1');
  other.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await expect.poll(() => requests).toBe(3);
  other.destroy();
});
