/**
 * Who is at the other end of a TCP connection within this host: the kernel lists each socket with its owner, proc(5),
 * `/proc/net/tcp`. An ssh forwarding belongs to the user who logged in by ssh.
 */
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** Visible also where systemd hides the rest of /proc (`ProcSubset=pid`). */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
/** A line: number, local address, other address, state, queues, timer, retransmissions, uid. */
const LINE = /^ *\d+: ([0-9A-F]+:[0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) \S+ \S+ \S+ \S+ +(\d+) /gm;

const hex = (bytes: Iterable<number>) =>
  Buffer.from([...bytes])
    .toString('hex')
    .toUpperCase();
const ofPort = (port = 0) => hex([port >> 8, port & 0xff]);
const LOOPBACK_6 = '00000000000000000000000001000000';
const MAPPED = '0000000000000000FFFF0000';

/** How the tables write a loopback address: each word of 32 bits backwards, on a little-endian machine. */
function namesOf(address: string): readonly string[] {
  if (address === '::1') return [LOOPBACK_6];
  const plain = /^(?:::ffff:)?(127(?:\.\d{1,3}){3})$/i.exec(address)?.[1];
  if (plain === undefined) return [];
  const word = hex(plain.split('.').map(Number).reverse());
  return [word, `${MAPPED}${word}`];
}

/** The owner of the other end; `undefined` when it is on another host, or has ended. */
export async function localUidOf({ remoteAddress = '', remotePort, localPort }: Socket): Promise<number | undefined> {
  const wanted = namesOf(remoteAddress).map((name) => `${name}:${ofPort(remotePort)}`);
  if (wanted.length === 0) return undefined;
  const tables = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
  for (const [, local = '', other, uid] of tables.join('').matchAll(LINE)) {
    if (other === ofPort(localPort) && wanted.includes(local)) return Number(uid);
  }
  return undefined;
}
