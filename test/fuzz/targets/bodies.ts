import fc from 'fast-check';
import { ENDPOINTS } from '../../../src/bot/api/endpoints.ts';
import type { Target } from '../support/campaign.ts';
import { CHATS, type Subject } from '../support/subject.ts';
import { anyText, heavyText } from './markdown.ts';
import { ask, assertSane } from './request.ts';

/** Everything that can be posted to, and what most people post to more often. */
const PATHS = [
  '/send',
  '/send',
  '/send',
  ...ENDPOINTS.flatMap(({ method, path }) => (method === 'POST' ? [path] : [])),
];
const NAMES = [
  ...[
    'text',
    'caption',
    'user',
    'title',
    'parse_mode',
    'severity',
    'silent',
    'buttons',
    'source',
    'wait',
    'id',
    'data',
  ],
  ...['photo_path', 'photo_paths', 'document_path', 'code', 'delivery', 'name', 'script', 'for'],
  ...['__proto__', 'constructor', 'toString', ''],
] as const;
const users = fc.constantFrom(...Object.keys(CHATS), 'nobody', '__proto__', 'no such one', '');

/** What the field takes, or nearly: else nothing but the first check would ever be reached. */
const LIKELY: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  text: anyText,
  caption: anyText,
  title: anyText,
  user: users,
  parse_mode: fc.constantFrom('Markdown', 'MarkdownV2', 'HTML', 'none', 'html'),
  severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical', 'HIGH'),
  wait: fc.constantFrom(0, 0, 0, 50, -1, 1e9, 0.5, '0'),
  id: fc.constantFrom('a', 'b', 'c', 'x'.repeat(64), 'x'.repeat(65), '', '\u0000'),
  source: fc.constantFrom('job.py', '../x', '', 'x'.repeat(300)),
  buttons: fc.array(
    fc.record({ text: anyText, url: fc.constantFrom('https://a.b', 'tg://x', 'javascript:1', 'a b') }),
    { maxLength: 4 },
  ),
  photo_path: fc.constantFrom(
    '/etc/hostname',
    '/',
    '/dev/zero',
    '/proc/self/mem',
    '/nowhere',
    'a.png',
    '/etc/\u0000',
    '/dev/stdin',
  ),
  photo_paths: fc.array(fc.constantFrom('/etc/hostname', '/etc/passwd', '/dev/zero'), { maxLength: 12 }),
  document_path: fc.constantFrom(
    '/etc/hostname',
    '/etc/passwd',
    '/sys/kernel/notes',
    '/proc/cmdline',
    '/dev/null',
    '/nowhere',
  ),
  code: fc.constantFrom('123456', '000000', 123456, ''),
  delivery: fc.constantFrom('00000000000-00000000', '../../x', 'x'),
  name: fc.constantFrom('job.py', '../x', '', 'x'.repeat(300), '\u0000', '-x'),
  script: fc.constantFrom('job.py', '*', '', 'x'.repeat(300), '__proto__'),
  for: fc.constantFrom('1h', '0', '-1h', '9e9y', '1 h', '', 60),
  data: fc.jsonValue({ maxDepth: 6 }),
};
const anything = fc.oneof(
  fc.constantFrom(true, false, null, 0, -1, 1e308, '', 'x', [], {}, [[]], [{}]),
  anyText,
  fc.jsonValue({ maxDepth: 4 }),
);
const entry = fc.constantFrom(...NAMES).chain((name) => {
  const likely = Object.hasOwn(LIKELY, name) ? LIKELY[name] : undefined;
  const value =
    likely === undefined ? anything : fc.oneof({ weight: 5, arbitrary: likely }, { weight: 1, arbitrary: anything });
  return value.map((one) => [name, one] as const);
});

const latin = (text: string) => Buffer.from(text).toString('latin1');
const spelled = (entries: readonly (readonly [string, unknown])[]) =>
  `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
/** A message that mostly goes out, so that rendering, storing and sending are under fire too. */
const message = fc.tuple(anyText, users, fc.array(entry, { maxLength: 5 })).map(([text, user, rest]) => {
  const others = rest.filter(
    ([name], i) => !['text', 'user'].includes(name) && rest.findIndex(([n]) => n === name) === i,
  );
  const waits = others.some(([name]) => name === 'wait') ? [] : [['wait', 0] as const];
  return latin(spelled([['text', text], ['user', user], ...others, ...waits]));
});
const objects = fc.array(entry, { maxLength: 9 }).map((entries) => latin(spelled(entries)));
const nested = fc
  .tuple(fc.constantFrom('[', '{"data":', '{"text":[', '"\\u0000', '[{},'), fc.nat(60_000))
  .map(([opening, depth]) => opening.repeat(depth).slice(0, 1_100_000));
const mutated = fc
  .tuple(
    fc.oneof(message, objects),
    fc.array(fc.tuple(fc.nat(), fc.nat(255), fc.constantFrom('flip', 'cut', 'insert', 'double')), { maxLength: 4 }),
  )
  .map(([text, changes]) => {
    let bytes = text;
    for (const [where, byte, how] of changes) {
      const at = bytes.length === 0 ? 0 : where % bytes.length;
      if (how === 'cut') bytes = bytes.slice(0, at);
      else if (how === 'double') bytes = bytes.slice(0, at) + bytes.slice(Math.floor(at / 2));
      else bytes = bytes.slice(0, at) + String.fromCharCode(byte) + bytes.slice(how === 'flip' ? at + 1 : at);
    }
    return bytes;
  });
const types = fc.constantFrom(
  ...Array.from({ length: 9 }, () => 'application/json'),
  ...[
    'application/json; charset=utf-8',
    'application/json; charset=latin1',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '',
  ],
);
const cases = fc.record({
  path: fc.constantFrom(...PATHS),
  type: types,
  body: fc.oneof(
    { weight: 8, arbitrary: message },
    { weight: 4, arbitrary: objects },
    { weight: 4, arbitrary: mutated },
    { weight: 1, arbitrary: fc.json().map(latin) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
    { weight: 1, arbitrary: nested },
  ),
});
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Whatever is posted as JSON gets an answer of the API's. */
export function bodies(subject: Subject): Target<Case> {
  return {
    name: 'json-bodies',
    share: 1,
    time: 0.15,
    lanes: 8,
    cases,
    async check({ path, type, body }) {
      assertSane(await ask(subject.socketPath, 'POST', path, body, type));
      subject.assertWell();
    },
    measured: subject.measured,
  };
}

const heavy = fc.record({ user: users, text: heavyText });
type Heavy = typeof heavy extends fc.Arbitrary<infer C> ? C : never;

/** Text that is hard to render keeps nobody else waiting; `measured` sees for how long the loop was held. */
export function heavyTexts(subject: Subject): Target<Heavy> {
  return {
    name: 'heavy-texts',
    share: 0.1,
    time: 0.1,
    lanes: 2,
    cases: heavy,
    async check(fields) {
      const body = latin(JSON.stringify({ ...fields, wait: 0 }));
      assertSane(await ask(subject.socketPath, 'POST', '/send', body, 'application/json'));
      subject.assertWell();
    },
    measured: subject.measured,
  };
}
