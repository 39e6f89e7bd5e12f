import { GrammyError, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import { AnswerError } from '../../../../src/bot/telegram/http.ts';
import { UnreachableError } from '../../../../src/bot/telegram/unreachable.ts';
import { explainFault, type PollFaultKind } from '../../../../src/bot/telegram/updates/fault.ts';

describe('a fault', () => {
  const refused = (error_code: number, description: string, parameters = {}) =>
    new GrammyError('x', { ok: false, error_code, description, parameters }, 'getUpdates', {});

  test.each<[number, string, object, PollFaultKind, RegExp, number]>([
    [401, 'Unauthorized', {}, 'token', /^Telegram refuses the bot token: check TELEGRAM_BOT_TOKEN/, 5000],
    [404, 'Not Found', {}, 'address', /^The Bot API server does not know this address.*TELEGRAM_API_ROOT/, 5000],
    [409, 'Conflict', {}, 'conflict', /^Another program receives this bot’s updates/, 3000],
    [
      429,
      'Too Many Requests',
      { retry_after: 9 },
      'refused',
      /^Telegram answers polls with Too Many Requests \(429\)\.$/,
      9000,
    ],
    [429, 'Too Many Requests', { retry_after: 'odd' }, 'refused', /429/, 5000],
    [400, 'Logged out', {}, 'refused', /^Telegram has logged this bot out or frozen it\..*TELEGRAM_API_ROOT/, 5000],
    [502, 'Bad Gateway', {}, 'refused', /^Telegram answers polls with Bad Gateway \(502\)\.$/, 350],
  ])('%i %s %o', (code, description, parameters, kind, sentence, least) => {
    const fault = explainFault(refused(code, description, parameters), 0);
    const { waitMs } = fault;
    expect(fault).toMatchObject({ kind, sentence: expect.stringMatching(sentence) });
    expect(waitMs).toBeGreaterThanOrEqual(least);
  });

  test.each([200, 301, 302, 404, 405])('of a server that answers %i with a page is of the address', (status) => {
    const page = new HttpError(
      'x',
      new AnswerError(`Telegram answered ${status} with something that is not JSON`, status),
    );
    expect(explainFault(page, 0)).toMatchObject({
      kind: 'unreachable',
      sentence: expect.stringMatching(/is no Bot API server \(.* not JSON\): check its host and path, and a proxy on/),
    });
  });

  test.each([403, 407, 429, 500, 502])('of a gateway that answers %i with a page is its own', (status) => {
    const page = new AnswerError(`Telegram answered ${status} with something that is not JSON`, status);
    expect(explainFault(page, 0).sentence).toMatch(/^Telegram is away: /);
  });

  test('a wait grows to half a minute and is never longer than a timer can be', () => {
    const away = new UnreachableError('Telegram could not be reached (ECONNREFUSED)');
    const waits = [0, 1, 2, 3, 4].map((attempts) => explainFault(away, attempts).waitMs);
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    for (const attempts of [10, 1000, 1e9]) expect(explainFault(away, attempts).waitMs).toBeLessThanOrEqual(30_000);
    expect(explainFault(refused(429, 'x', { retry_after: 1e15 }), 0).waitMs).toBeLessThan(2 ** 31);
    expect(explainFault(away, 0)).toMatchObject({
      kind: 'unreachable',
      sentence: 'Telegram is away: Telegram could not be reached (ECONNREFUSED).',
    });
  });
});
