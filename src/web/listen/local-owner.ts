/**
 * Who is at the other end of a TCP connection within this host: the kernel lists each socket with its owner, proc(5),
 * `/proc/net/tcp`. An ssh forwarding belongs to the user who logged in by ssh.
 */
import { readFile } from 'node:fs/promises';
import type { Socket } from 'node:net';

/** Visible also where systemd hides the rest of /proc (`ProcSubset=pid`). */
const TABLES = ['/proc/self/net/tcp', '/proc/self/net/tcp6'];
/** A line: number, local address, other address, state, queues, timer, retransmissions, uid, timeout, inode. */
const LINE = /^ *\d+: ([0-9A-F]+:[0-9A-F]{4} [0-9A-F]+:[0-9A-F]{4}) \S+ \S+ \S+ \S+ +(\d+) +\d+ (\d+) /gm;

const hex = (bytes: Iterable<number>) =>
  Buffer.from([...bytes])
    .toString('hex')
    .toUpperCase();
const ofPort = (port = 0) => hex([port >> 8, port & 0xff]);
const LOOPBACK_6 = '00000000000000000000000001000000';
const MAPPED = '0000000000000000FFFF0000';
const IPV4 = /^(?:::ffff:)?(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** How the tables write an address: each word of 32 bits backwards, on a little-endian machine. First as IPv4's, then as IPv6's. */
function namesOf(address: string): readonly string[] {
  if (address === '::1') return [LOOPBACK_6];
  const plain = IPV4.exec(address)?.[1];
  if (plain === undefined) return [];
  const word = hex(plain.split('.').map(Number).reverse());
  return [word, `${MAPPED}${word}`];
}

/** Both ends of a connection, each as its lines in the tables would begin. */
interface Ends {
  readonly here: readonly string[];
  readonly there: readonly string[];
}

/** `undefined` for a connection from another host. */
function endsOf({ localAddress = '', localPort, remoteAddress = '', remotePort }: Socket): Ends | undefined {
  const isOfThisHost = localAddress === remoteAddress || /^(::1|(::ffff:)?127\..*)$/i.test(remoteAddress);
  const [locals, remotes] = [namesOf(localAddress), namesOf(remoteAddress)];
  if (!isOfThisHost || locals.length === 0 || locals.length !== remotes.length) return undefined;
  const here = locals.map((name, index) => `${name}:${ofPort(localPort)} ${remotes[index]}:${ofPort(remotePort)}`);
  const there = remotes.map((name, index) => `${name}:${ofPort(remotePort)} ${locals[index]}:${ofPort(localPort)}`);
  return { here, there };
}

/** `gone`: the client has closed its end, so that the kernel no longer says whose it was. */
export type LocalOwner = { readonly uid: number } | 'gone';

/** @see createLocalOwners */
export interface LocalOwners {
  /** @returns `undefined` if the other end is on another host, or the kernel lists neither end */
  find(socket: Socket): Promise<LocalOwner | undefined>;
}

interface Question {
  readonly ends: Ends;
  readonly answer: (owner: LocalOwner | undefined) => void;
}

/** Answers questions from the text of the tables. A socket without a process has no inode, and the uid 0. */
function answerAll(questions: readonly Question[], tables: string): void {
  const wanted = new Set(questions.flatMap(({ ends }) => [...ends.here, ...ends.there]));
  const found = new Map<string, LocalOwner>();
  for (const [, pair = '', uid, inode] of tables.matchAll(LINE)) {
    if (wanted.has(pair)) found.set(pair, inode === '0' ? 'gone' : { uid: Number(uid) });
  }
  for (const { ends, answer } of questions) {
    const listed = ends.there.map((pair) => found.get(pair)).find((owner) => owner !== undefined);
    answer(listed ?? (ends.here.some((pair) => found.has(pair)) ? 'gone' : undefined));
  }
}

/**
 * Finds owners with one reading of the tables for all connections that wait for one, and pauses after each as long as it
 * took: the tables are as long as the host has connections.
 */
export function createLocalOwners(): LocalOwners {
  let questions: Question[] = [];
  let isReading = false;

  async function readAll(): Promise<void> {
    isReading = true;
    while (questions.length > 0) {
      const began = performance.now();
      const asked = questions;
      questions = [];
      const tables = await Promise.all(TABLES.map((path) => readFile(path, 'latin1').catch(() => '')));
      answerAll(asked, tables.join(''));
      const took = performance.now() - began;
      await new Promise((resolve) => setTimeout(resolve, took));
    }
    isReading = false;
  }

  const ask = (ends: Ends) =>
    new Promise<LocalOwner | undefined>((answer) => {
      questions.push({ ends, answer });
      if (!isReading) void readAll();
    });

  return {
    async find(socket) {
      const ends = endsOf(socket);
      if (ends === undefined) return undefined;
      const owner = await ask(ends);
      // The kernel may skip a line while others come and go.
      return owner === 'gone' && !socket.destroyed ? ask(ends) : owner;
    },
  };
}
