import fc from 'fast-check';
import type { Target } from '../support/campaign.ts';
import type { Call, OddAnswer } from '../support/pretend-telegram.ts';
import { CHATS, type Subject } from '../support/subject.ts';

const latin = (text: string) => Buffer.from(text).toString('latin1');
const HTML = '<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n</html>';
const TAKEN = '{"ok":true,"result":{"message_id":5,"date":1,"chat":{"id":1}}}';

/** JSON of every type where the Bot API's own stands. */
const odd = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    0,
    -1,
    1e308,
    '',
    'x',
    [],
    {},
    [null],
    'x'.repeat(100_000),
    { message_id: 'x' },
    { message_id: 1e308 },
  ),
  fc.jsonValue({ maxDepth: 3 }),
);
const parameters = fc.oneof(
  fc.constantFrom<unknown>(
    undefined,
    null,
    'x',
    [],
    { retry_after: 0 },
    { retry_after: 1 },
    { retry_after: -5 },
    { retry_after: 'soon' },
    { retry_after: null },
  ),
  fc.constantFrom<unknown>(
    { migrate_to_chat_id: 'x' },
    { migrate_to_chat_id: 0.5 },
    { migrate_to_chat_id: 1e308 },
    { migrate_to_chat_id: null },
    { migrate_to_chat_id: [] },
  ),
);
const refusal = fc
  .record({
    error_code: fc.constantFrom<unknown>(400, 400, 403, 409, 413, 429, 429, 500, 502, 0, -1, 1e308, 0.5, '429', null),
    description: fc.oneof(
      fc.constantFrom<unknown>(
        'Bad Request: chat not found',
        "Bad Request: can't parse entities",
        'Bad Request: BUTTON_URL_INVALID',
        'PHOTO_INVALID_DIMENSIONS',
      ),
      odd,
      fc.constant('y'.repeat(3_000_000)),
    ),
    parameters,
  })
  .map((fields) => JSON.stringify({ ok: false, ...fields }));
const body = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      HTML,
      '',
      '{',
      '{"ok":true,"result":{"message_id":1,"da',
      TAKEN,
      '{"ok":"yes"}',
      '{"ok":true}',
      '[]',
      'null',
      '\ufeff{"ok":true,"result":true}',
      '[[['.repeat(50_000),
    ),
  },
  { weight: 3, arbitrary: refusal },
  { weight: 1, arbitrary: odd.map((result) => JSON.stringify({ ok: true, result })) },
  { weight: 1, arbitrary: odd.map((value) => JSON.stringify(value)) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString()) },
);
const headers = fc.constantFrom<Record<string, string>>(
  ...[
    {},
    {},
    { 'content-type': 'application/json' },
    { 'content-type': 'text/html' },
    { 'content-encoding': 'gzip' },
    { location: 'http://127.0.0.1:1/' },
  ],
  ...[
    { 'retry-after': '1' },
    { 'retry-after': 'soon' },
    { 'x-flood': 'x'.repeat(30_000) },
    { connection: 'close' },
    { upgrade: 'websocket' },
    { 'set-cookie': 'a=b' },
  ],
);
const raw = fc.constantFrom(
  ...[
    '',
    '\r\n',
    'x',
    'HTTP/1.1',
    'HTTP/1.1 200 OK\r\n',
    'HTTP/9.9 200 OK\r\n\r\n',
    'HTTP/1.1 999 X\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    'SSH-2.0-x\r\n',
  ],
  ...[
    `HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n${TAKEN}`,
    `HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n${TAKEN}`,
    'HTTP/1.1 204 No Content\r\n\r\n',
  ],
  ...[
    `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n${TAKEN}`,
    `HTTP/1.1 200 OK\r\ncontent-length: 9\r\ntransfer-encoding: chunked\r\n\r\n${TAKEN}`,
  ],
  ...[
    `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(5000)}\r\n${TAKEN}`,
    'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
  ],
);
const answer: fc.Arbitrary<OddAnswer> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      how: fc.constantFrom('whole', 'whole', 'whole', 'chunked', 'cut', 'reset'),
      status: fc.constantFrom(200, 200, 200, 204, 301, 304, 400, 403, 429, 500, 502, 503, 599),
      headers,
      body: body.map(latin),
    }),
  },
  { weight: 4, arbitrary: raw.map((bytes): OddAnswer => ({ how: 'raw', status: 200, headers: {}, body: bytes })) },
  {
    weight: 1,
    arbitrary: fc.constant<OddAnswer>({ how: 'endless', status: 200, headers: {}, body: '{"ok":true,"result":"aaaa' }),
  },
);
const cases = fc.record({
  method: fc.constantFrom('sendMessage', 'sendMessage', 'sendMessage', 'sendMessage', 'sendMessage', 'getUpdates'),
  answer,
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

const users = Object.entries(CHATS).filter(([user]) => user.startsWith('many'));
const SENT_MS = 60_000;
const NOTICED_MS = 60_000;
/** What `GET /messages` may say went wrong, in characters: a sentence, and not all that a stranger answered. */
const LONGEST_ERROR = 2000;

/** Whatever Telegram answers to one call, the message is sent or its failure recorded, and what follows it is sent. */
export function answers(subject: Subject): Target<Case> {
  let turn = 0;
  let polled: Promise<void> = Promise.resolve();
  const { telegram, client } = subject;

  async function send(user: string): Promise<{ status: number; text: string }> {
    const { status, body: said } = await client.request('POST', '/send', { user, text: 'x', wait: SENT_MS });
    return { status, text: JSON.stringify(said) };
  }

  async function sending(odd: OddAnswer): Promise<void> {
    const [user = '', chatId = 0] = users[turn++ % users.length] ?? [];
    telegram.answerOddly(({ method, fields }) => method === 'sendMessage' && fields.chat_id === chatId, odd);
    const first = await send(user);
    if (first.status !== 200 && first.status !== 422)
      throw new Error(`answered ${first.status}: ${first.text.slice(0, 500)}`);
    if (first.text.length > LONGEST_ERROR) throw new Error(`told in ${first.text.length} characters`);
    const second = await send(user);
    if (second.status !== 200)
      throw new Error(`the next one was answered ${second.status}: ${second.text.slice(0, 500)}`);
  }

  /** One after the other: several bad answers in a row are waited out longer and longer. */
  function polling(odd: OddAnswer): Promise<void> {
    const mine = polled.then(() => poll(odd));
    polled = mine.catch(() => {});
    return mine;
  }

  async function poll(odd: OddAnswer): Promise<void> {
    const chatId = 5_000_000 + turn++;
    const asks = ({ method, fields }: Call) => method === 'sendMessage' && fields.chat_id === chatId;
    telegram.answerOddly(({ method }) => method === 'getUpdates', odd);
    const answered = telegram.nextCall(asks, NOTICED_MS);
    const chat = { id: chatId, type: 'private', first_name: 'Eve' };
    const message = {
      message_id: 1,
      date: 1,
      chat,
      from: { id: chatId, is_bot: false, first_name: 'Eve' },
      text: '/help',
    };
    telegram.give([{ update_id: telegram.nextUpdateId(), message }]);
    await answered;
  }

  return {
    name: 'answers',
    share: 0.2,
    time: 0.2,
    lanes: 16,
    cases,
    async check({ method, answer: odd }) {
      await (method === 'getUpdates' ? polling(odd) : sending(odd)).catch((error: Error) => {
        throw new Error(`${error.message}\n${subject.tail()}`);
      });
      subject.assertWell();
    },
    measured: subject.measured,
  };
}
