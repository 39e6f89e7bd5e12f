/**
 * The programs of the host in slow-network.test.ts: a Bot API server on port 8081, an HTTP proxy on 8082 and a SOCKS5 proxy
 * without a password on 8083 (RFC 1928). Every name leads to this host. Creates the file that is its argument when all listen.
 */
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { connect, createServer } from 'node:net';

const ME = { id: 1, is_bot: true, first_name: 'N', username: 'n_bot' };

function join(client, port, greeting) {
  const remote = connect(port, '127.0.0.1', () => {
    client.write(greeting);
    remote.pipe(client);
    client.pipe(remote);
  });
  remote.on('error', () => client.destroy());
  client.on('error', () => remote.destroy());
}

const api = createHttpServer((_, response) => response.end(JSON.stringify({ ok: true, result: ME })));

const httpProxy = createHttpServer();
httpProxy.on('connect', ({ url }, client) => {
  join(client, Number(url.split(':').at(-1)), 'HTTP/1.1 200 Connection Established\r\n\r\n');
});

const socksProxy = createServer(async (client) => {
  await once(client, 'data');
  client.write(Buffer.from([5, 0]));
  const [request] = await once(client, 'data');
  join(client, request.readUInt16BE(request.length - 2), Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
});

for (const [port, server] of [
  [8081, api],
  [8082, httpProxy],
  [8083, socksProxy],
]) {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}
writeFileSync(process.argv[2], '');
