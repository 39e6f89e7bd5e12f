import { describe, expect, test } from 'vitest';
import { createLog, redact } from '../../../src/shared/process/log.ts';

const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';

function logWith(secrets: readonly string[] = []) {
  const lines: string[] = [];
  return { log: createLog('debug', [(line) => lines.push(line)], secrets), lines };
}

describe('redact', () => {
  test.each([
    ['alone', TOKEN],
    ['in an address', `https://api.telegram.org/bot${TOKEN}/getMe`],
    ['percent-encoded', `https://api.telegram.org/bot${TOKEN.replace(':', '%3A')}/getMe`],
    ['percent-encoded in small letters', `x?token=${TOKEN.replace(':', '%3a')}&y`],
    ['behind a word', `token_${TOKEN}`],
    ['in quotes', JSON.stringify({ token: TOKEN })],
    ['twice', `${TOKEN} ${TOKEN}`],
    ['between line ends', `a\n${TOKEN}\r\nb`],
  ])('hides a token %s', (_where, text) => {
    expect(redact(text)).not.toMatch(/AAHdq|123456789/);
    expect(redact(text)).toContain('[token]');
  });

  test.each([
    '12:30:45 in the morning',
    'uid 123456789: not found',
    'sha256:0123456789abcdef0123456789abcdef',
    '{"at":1234567890123}',
    '',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  test('hides each secret that it is given, also inside an address', () => {
    const secrets = ['7:odd', 'p@ss word'];
    expect(redact('a 7:odd b 7%3Aodd c p@ss word d p%40ss%20word', secrets)).toBe(
      'a [token] b [token] c [token] d [token]',
    );
  });

  test('takes no notice of an empty secret', () => {
    expect(redact('abc', [''])).toBe('abc');
  });

  test('is quick on a long run of digits', () => {
    const digits = '9'.repeat(200_000);
    const began = performance.now();
    expect(redact(digits)).toBe(digits);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});

describe('the log', () => {
  test('writes one JSON object a line: level, time, fields, message', () => {
    const { log, lines } = logWith();
    log.info({ user: 'ana', line: 'a\nb' }, 'sent');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^[^\n]*\n$/);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      user: 'ana',
      line: 'a\nb',
      msg: 'sent',
    });
  });

  test('writes to every writer, from its level on', () => {
    const [one, two]: [string[], string[]] = [[], []];
    const log = createLog('warn', [(line) => one.push(line), (line) => two.push(line)]);
    log.debug({}, 'a');
    log.info({}, 'b');
    log.warn({}, 'c');
    log.error({}, 'd');
    expect(one.map((line) => JSON.parse(line).msg)).toEqual(['c', 'd']);
    expect(two).toEqual(one);
  });

  test('hides tokens wherever they are: message, fields, nested objects, errors and their causes', () => {
    const { log, lines } = logWith();
    const cause = Object.assign(new Error(`fetch https://api.telegram.org/bot${TOKEN}/getMe failed`), {
      url: `x/bot${TOKEN}`,
    });
    const error = Object.assign(new Error(`outer ${TOKEN}`, { cause }), { request: { headers: { auth: TOKEN } } });
    log.error({ err: error }, `with ${TOKEN}`);
    log.info({ a: { b: [{ c: TOKEN }] }, [TOKEN]: 1 }, 'nested');
    log.warn({ path: `/bot${encodeURIComponent(TOKEN)}/x` }, 'encoded');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toMatch(/AAHdq|123456789/);
    expect(lines.join('').match(/\[token\]/g)?.length).toBeGreaterThan(5);
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow();
  });

  test('hides secrets of any shape', () => {
    const { log, lines } = logWith(['hunter2']);
    log.info({ password: 'hunter2' }, 'hunter2');
    expect(lines[0]).not.toContain('hunter2');
  });
});

test('no line holds a character that a terminal obeys, and its fields stay the same', () => {
  const { log, lines } = logWith();
  log.info({ name: 'a\u202eb\u009b\u0007' }, 'Heard \u2066of it');
  expect(lines[0]).toMatch(/^[ -~]*\n$/);
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'a\u202eb\u009b\u0007', msg: 'Heard \u2066of it' });
});
