import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Target } from '../support/campaign.ts';
import type { Subject } from '../support/subject.ts';
import { ask, assertSane } from './request.ts';

const SEND = '{"text":"x","user":"ann","wait":0}';
const method = fc.constantFrom(
  'POST',
  'POST',
  'POST',
  'GET',
  'GET',
  'PUT',
  'DELETE',
  'OPTIONS',
  'CONNECT',
  'PRI',
  'post',
  'FOO',
  '',
  ' ',
  '\u0000',
);
const target = fc.constantFrom(
  '/send',
  '/send',
  '/status',
  '/health',
  '/metrics',
  '/messages?limit=1',
  '/',
  '*',
  'http://bot/send',
  'bot:80',
  '/send?a=%',
  '/%2e%2e/',
  '//',
  '/a b',
  `/${'x'.repeat(20_000)}`,
  '/\xff',
  '',
);
const version = fc.constantFrom(
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/2.0',
  'HTTP/9.9',
  'http/1.1',
  '',
);
const header = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'host: bot',
      'content-type: application/json',
      'connection: keep-alive',
      'connection: close',
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      ...[
        'content-length: 0',
        'content-length: 5',
        'content-length: 99',
        'content-length: -1',
        'content-length: 0x22',
        'content-length: 9999999999999999999',
        `content-length: ${SEND.length}`,
      ],
      ...[
        'transfer-encoding: chunked',
        'transfer-encoding: identity',
        'transfer-encoding: gzip, chunked',
        'transfer-encoding: chunked, chunked',
        'transfer-encoding: xchunked',
        'transfer-encoding:\tchunked',
      ],
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      'expect: 100-continue',
      'expect: miracles',
      'upgrade: websocket',
      'connection: upgrade',
      'upgrade: h2c',
      'te: trailers',
      'trailer: x',
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ': x',
      'no colon',
      ' folded',
      'x\u0000: y',
      'x: \u0000',
      'x : y',
      'ü: ü',
      `x: ${'y'.repeat(17_000)}`,
      `${'x: y\r\n'.repeat(3000)}x: y`,
    ),
  },
);
const chunk = fc
  .tuple(
    fc.constantFrom(SEND, 'x', '{', '', 'x'.repeat(5000)),
    fc.constantFrom('right', 'right', 'right', 'short', 'long', 'huge', 'negative', 'word', 'extension'),
  )
  .map(([data, how]) => {
    const size = data.length.toString(16);
    const told = {
      right: size,
      short: '1',
      long: 'ff',
      huge: 'ffffffffffffffff',
      negative: '-1',
      word: 'zz',
      extension: `${size};${'e'.repeat(20_000)}`,
    }[how];
    return `${told}\r\n${data}\r\n`;
  });
const body = fc.oneof(
  fc.constantFrom('', SEND, SEND.slice(0, 9), `${SEND}${SEND}`, 'x'.repeat(70_000)),
  fc
    .tuple(
      fc.array(chunk, { maxLength: 3 }),
      fc.constantFrom(
        '0\r\n\r\n',
        '0\r\n\r\n',
        '0\r\n',
        '',
        '0\r\nx: y\r\n\r\n',
        `0\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
      ),
    )
    .map(([chunks, end]) => chunks.join('') + end),
);
const whole = fc.constantFrom(
  `POST /send HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: ${SEND.length}\r\n\r\n${SEND}`,
  `POST /send HTTP/1.1\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n${SEND.length.toString(16)}\r\n${SEND}\r\n0\r\n\r\n`,
  'GET /status?user=ann HTTP/1.1\r\n\r\n',
  'GET /health HTTP/1.1\r\nhost: x\r\n\r\n',
);
const odd = fc
  .tuple(
    method,
    target,
    version,
    fc.array(header, { maxLength: 6 }),
    body,
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\n', '\r'),
  )
  .map(([verb, where, http, headers, content, eol]) => [`${verb} ${where} ${http}`, ...headers, '', content].join(eol));
const stream = fc
  .tuple(
    fc.array(fc.oneof(whole, odd), { minLength: 1, maxLength: 5 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('flip', 'cut', 'insert')), { maxLength: 3 }),
  )
  .map(([requests, changes]) => {
    let bytes = requests.join('');
    for (const [where, byte, how] of changes) {
      const at = where % (bytes.length + 1);
      if (how === 'cut') bytes = bytes.slice(0, at);
      else bytes = bytes.slice(0, at) + String.fromCharCode(byte) + bytes.slice(how === 'flip' ? at + 1 : at);
    }
    return bytes;
  });
const cases = fc
  .record({
    bytes: stream,
    cuts: fc.array(fc.nat(), { maxLength: 4 }),
    end: fc.constantFrom('fin', 'fin', 'fin', 'gone'),
  })
  .map(({ bytes, cuts, end }) => {
    const edges = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
    return { end, pieces: edges.slice(1).map((edge, i) => bytes.slice(edges[i], edge)) };
  });
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Longer than a head or a body may take. */
const LONGEST_MS = 25_000;
const PAUSE_MS = 2;

/** Says it piece by piece, ends, and takes what comes until the other end closes. */
function converse(socketPath: string, { pieces, end }: Case): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(socketPath, async () => {
      for (const piece of pieces) {
        socket.write(Buffer.from(piece, 'latin1'));
        if (pieces.length > 1) await sleep(PAUSE_MS);
      }
      if (end === 'gone') socket.destroy();
      else socket.end();
    });
    socket.setTimeout(LONGEST_MS, () => {
      reject(new Error(`the connection was left open after ${JSON.stringify(received.slice(0, 300))}`));
      socket.destroy();
    });
    socket.on('data', (data: Buffer) => {
      received += data.toString('latin1');
    });
    // Cut off in the middle of what nobody reads any more.
    socket.on('error', () => {});
    socket.on('close', () => resolve(received));
  });
}

const HEAD = /^HTTP\/1\.1 (\d{3}) [^\r\n]*\r\n((?:[^\r\n:]+:[^\r\n]*\r\n)*)\r\n/;

/** Reads one answer after the other. @throws Error when something is no answer, or not one of the API's */
export function assertAnswers(received: string, cutOff: boolean): void {
  let rest = received;
  while (rest !== '') {
    const head = HEAD.exec(rest);
    if (head === null) {
      if (cutOff) return;
      throw new Error(`this is no answer: ${JSON.stringify(rest.slice(0, 300))}`);
    }
    rest = rest.slice(head[0].length);
    if (head[1] === '100') continue;
    const length = Number(/^content-length: *(\d+)/im.exec(head[2] ?? '')?.[1] ?? Number.NaN);
    if (Number.isNaN(length)) throw new Error(`an answer without a length: ${head[0]}`);
    const text = rest.slice(0, length);
    if (text.length < length && cutOff) return;
    rest = rest.slice(length);
    const type = /^content-type: *([^\r\n]*)/im.exec(head[2] ?? '')?.[1] ?? '';
    assertSane({ status: Number(head[1]), type, text: Buffer.from(text, 'latin1').toString() });
  }
}

/** Whatever bytes come, only whole answers of the API's go back, the connection ends, and others are served. */
export function socketBytes(subject: Subject): Target<Case> {
  let count = 0;
  return {
    name: 'socket-bytes',
    share: 0.5,
    time: 0.15,
    lanes: 12,
    cases,
    async check(one) {
      const received = await converse(subject.socketPath, one);
      assertAnswers(received, one.end === 'gone');
      subject.assertWell();
      if (count++ % 16 > 0) return;
      const { status } = await ask(subject.socketPath, 'GET', '/status?user=ann', '', 'application/json');
      if (status !== 200) throw new Error(`somebody else was answered with ${status}`);
    },
    measured: subject.measured,
  };
}
