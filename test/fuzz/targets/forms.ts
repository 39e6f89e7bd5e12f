import fc from 'fast-check';
import { png } from '../../support/bot/sandbox-client.ts';
import type { Target } from '../support/campaign.ts';
import { CHATS, type Subject } from '../support/subject.ts';
import { anyText } from './markdown.ts';
import { ask, assertSane } from './request.ts';

const latin = (text: string) => Buffer.from(text).toString('latin1');
const PNG = Buffer.from(png(40, 30)).toString('latin1');
const names = fc.constantFrom(
  'photo',
  'photo',
  'photo',
  'document',
  'document',
  'user',
  'text',
  'caption',
  'title',
  'wait',
  'id',
  'buttons',
  'data',
  '',
  '__proto__',
  '"',
  'a\r\nb',
);
const fileName = fc
  .oneof(fc.constantFrom('a.png', '../../x', '', '.', '..', 'a\u0000b', '"', 'x'.repeat(3000), '\\', '%00'), anyText)
  .map(latin);
const content = fc.oneof(
  fc.constantFrom(
    PNG,
    PNG.slice(0, 30),
    '\x89PNG\r\n',
    'GIF89a',
    '\xff\xd8\xff',
    '',
    '0',
    'true',
    '{}',
    '[',
    '--b',
    '\r\n--b--\r\n',
    '\r\n--b\r\n',
  ),
  fc.constantFrom(...Object.keys(CHATS).slice(0, 4)),
  anyText.map(latin),
  fc.nat(70_000).map((n) => 'x'.repeat(n)),
);
const headers = fc.constantFrom(
  ...[
    '',
    '',
    '',
    'content-type: image/png\r\n',
    'content-type: \r\n',
    'content-transfer-encoding: base64\r\n',
    'x: y\r\n',
    ': \r\n',
    '\r\n',
  ],
  ...[
    'content-type: text/plain; charset=utf-16\r\n',
    'content-type: text/plain; charset=nonsense\r\n',
    'content-disposition: attachment\r\n',
    `x: ${'y'.repeat(20_000)}\r\n`,
    'x: y\r\n'.repeat(60),
    'content-length: 5\r\n',
  ],
);
const part = fc
  .tuple(
    names,
    fc.option(fileName, { nil: undefined }),
    headers,
    content,
    fc.constantFrom('form-data', 'form-data', 'form-data', 'attachment', ''),
  )
  .map(([name, file, more, value, kind]) => {
    const as = file === undefined ? '' : `; filename="${file}"`;
    return `content-disposition: ${kind}; name="${name}"${as}\r\n${more}\r\n${value}\r\n`;
  });
/** A form as clients send it, so that what lies behind the parser is reached too. */
const good = fc
  .tuple(
    fc.array(fc.constantFrom(PNG, PNG, PNG.slice(0, 50), 'GIF89a', '', 'x'.repeat(20_000)), {
      minLength: 1,
      maxLength: 3,
    }),
    fc.option(anyText, { nil: undefined }),
    fc.constantFrom(...Object.keys(CHATS)),
    fileName,
  )
  .map(([files, caption, user, name]) => {
    const plain = { user, wait: '0', ...(caption === undefined ? {} : { caption: latin(caption) }) };
    const fields = Object.entries(plain).map(
      ([field, value]) => `content-disposition: form-data; name="${field}"\r\n\r\n${value}\r\n`,
    );
    const photos = files.map(
      (bytes) => `content-disposition: form-data; name="photo"; filename="${name}"\r\n\r\n${bytes}\r\n`,
    );
    return [...fields, ...photos];
  });
const boundaries = fc.constantFrom('b', 'b', 'b', '----b', "a'()+_,-./:=?", 'x'.repeat(70), 'x'.repeat(300));
const framing = fc.record({
  boundary: boundaries,
  head: fc.constantFrom('', '', '', 'preamble\r\n', '\r\n'),
  tail: fc.constantFrom('--\r\n', '--\r\n', '--\r\n', '--', '', '--\r\nepilogue', '-'),
  cut: fc.option(fc.nat(), { nil: undefined, freq: 1 }),
  type: fc.constantFrom(
    ...Array.from({ length: 6 }, () => 'multipart/form-data; boundary="B"'),
    ...['multipart/form-data; boundary=B', 'multipart/form-data; boundary=', 'multipart/mixed; boundary=B'],
  ),
});
const cases = fc
  .record({
    path: fc.constantFrom('/send_photo', '/send_photo', '/send_photo', '/send_document', '/send'),
    parts: fc.oneof({ weight: 2, arbitrary: good }, { weight: 1, arbitrary: fc.array(part, { maxLength: 14 }) }),
    framing,
  })
  .map(({ path, parts, framing: { boundary, head, tail, cut, type } }) => {
    const whole = `${head}${parts.map((one) => `--${boundary}\r\n${one}`).join('')}--${boundary}${tail}`;
    // Half of what may be cut is cut.
    const body = cut === undefined || cut % 2 === 0 ? whole : whole.slice(0, cut % (whole.length + 1));
    return { path, body, type: type.replace('B', boundary) };
  });
type Case = typeof cases extends fc.Arbitrary<infer C> ? C : never;

/** Whatever is posted as a form gets an answer of the API's. */
export function forms(subject: Subject): Target<Case> {
  return {
    name: 'forms',
    share: 0.5,
    time: 0.1,
    lanes: 6,
    cases,
    async check({ path, body, type }) {
      assertSane(await ask(subject.socketPath, 'POST', path, body, type));
      subject.assertWell();
    },
    measured: subject.measured,
  };
}
