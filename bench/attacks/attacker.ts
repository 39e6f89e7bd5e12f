/**
 * One attacker, a process that runs as an account of its own. Arguments: the attack, the socket, seconds, its number.
 * Prints nothing; ends after its time.
 */
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../support/load.ts';

const [attack = '', socketPath = '', seconds = '10', own = '0'] = process.argv.slice(2);
const end = performance.now() + Number(seconds) * 1000;
const goesOn = () => performance.now() < end;

/** Repeats a step in several lanes until the time is over. */
async function repeat(lanes: number, step: (count: number) => Promise<unknown>): Promise<void> {
  let count = 0;
  const lane = async () => {
    while (goesOn()) {
      count += 1;
      await step(count);
    }
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}

/** Opens a connection, sends the beginning of a request and keeps it. */
function hold(head: string, body: Buffer | string = ''): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('close', () => resolve(socket));
    socket.once('error', () => resolve(socket));
    socket.once('connect', () => {
      socket.pause();
      socket.write(head);
      socket.write(body, () => resolve(socket));
    });
  });
}

const post = (path: string, length: number) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;

/** Keeps this many connections with a head each, and opens those that were closed again. */
async function holdMany(count: number, head: string, body: Buffer | string = ''): Promise<void> {
  const held: Socket[] = [];
  while (goesOn()) {
    const open = held.filter((socket) => !socket.destroyed);
    const missing = count - open.length;
    const fresh = await Promise.all(Array.from({ length: Math.min(missing, 64) }, () => hold(head, body)));
    held.splice(0, held.length, ...open, ...fresh);
    await sleep(50);
  }
}

const PIPELINED = 30;
/** Pipelines requests over as many connections as given, the next ones whenever all are answered. */
async function pipeline(connections: number, path: string): Promise<void> {
  const text = `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`.repeat(PIPELINED);
  const once = () =>
    new Promise((resolve) => {
      const socket = connect(socketPath, () => socket.write(text));
      const timer = setTimeout(() => socket.destroy(), Math.max(0, end - performance.now()));
      let answers = 0;
      socket.on('data', (data) => {
        answers += data.toString('latin1').split('HTTP/1.1 ').length - 1;
        if (answers < PIPELINED) return;
        answers = 0;
        socket.write(text);
      });
      socket.on('error', () => {});
      socket.on('close', () => {
        clearTimeout(timer);
        setTimeout(resolve, 10);
      });
    });
  await repeat(connections, once);
}

const send = (body: Readonly<Record<string, unknown>>) => ask(socketPath, false, '/send', { wait: 0, ...body });

const BOUNDARY = 'attack';
/** A form whose file is as long as the API allows; the sender never waits for the answer's end. */
function form(): Promise<unknown> {
  const part = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="document"; filename="x.bin"\r\n\r\n`;
  const length = 60_000_000;
  const head = `POST /send_document HTTP/1.1\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=${BOUNDARY}\r\nContent-Length: ${length}\r\n\r\n${part}`;
  function* pieces() {
    yield Buffer.from(head);
    const piece = Buffer.alloc(1 << 20);
    for (let left = length; left > 0 && goesOn(); left -= piece.length) yield piece;
  }
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    const timer = setTimeout(() => socket.destroy(), Math.max(0, end - performance.now()));
    socket.once('close', () => {
      clearTimeout(timer);
      resolve(undefined);
    });
    socket.on('error', () => {}).on('data', () => socket.destroy());
    Readable.from(pieces()).pipe(socket, { end: false });
  });
}

const BIG = 900_000;
/** Each attack, as one account makes it. */
const ATTACKS: Readonly<Record<string, () => Promise<unknown>>> = {
  'paths of large files': () =>
    repeat(32, () => ask(socketPath, false, '/send_document', { wait: 0, document_path: process.env.SPARSE ?? '' })),
  'forms of 60 MB': () => repeat(16, form),
  'many numbers': () => repeat(4, () => send({ text: 'x', data: { a: Array.from({ length: 480_000 }, () => 1) } })),
  'answers that are not read': () => holdMany(200, 'GET /messages?limit=200 HTTP/1.1\r\nHost: x\r\n\r\n'),
  'bodies that do not end': () => holdMany(63, post('/send', BIG + 1), Buffer.alloc(BIG, 'x')),
  connections: () => holdMany(1_000, 'GET /health HTTP/1.1\r\nHost: x\r\n'),
  'requests for nothing': () => pipeline(300, '/none'),
  'questions of monitoring': () => pipeline(300, '/metrics'),
  'new connections': () => repeat(300, () => ask(socketPath, false, '/none')),
  'request ids': () => repeat(32, (count) => send({ text: 'x', id: `${own}-${count}`.padEnd(64, 'x') })),
  'refused messages': () => repeat(16, () => send({ text: 'x'.repeat(90_000) })),
  'MarkdownV2 of brackets': () => repeat(8, () => send({ text: '['.repeat(99_000), parse_mode: 'MarkdownV2' })),
  'quotes within quotes': () => repeat(8, () => send({ text: '>'.repeat(99_000) })),
  mutes: () =>
    repeat(16, (count) => ask(socketPath, false, '/mute', { script: `${own}-${count}`.padEnd(60, 'x'), for: '1d' })),
};

await ATTACKS[attack]?.();
process.exit(0);
