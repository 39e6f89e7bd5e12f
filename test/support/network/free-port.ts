import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that Linux hands out itself (`ip_local_port_range`, 32768 and up), above those of known services. */
const LOWEST = 15_000;
const HIGHEST = 32_767;

async function isFree(port: number): Promise<boolean> {
  const server = createServer().listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
    server.close();
    await once(server, 'close');
    return true;
  } catch {
    return false;
  }
}

/**
 * A free port of the loopback that stays free until the test listens on it, and while its server is stopped: no outgoing
 * connection gets it by chance.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(port)) return port;
  }
}
