import { GrammyError, HttpError } from 'grammy';
import { describe, expect, test } from 'vitest';
import { classify, MissingFileError } from '../../../src/bot/telegram/classify.ts';
import { AnswerError } from '../../../src/bot/telegram/http.ts';
import { chatRefusal } from '../../../src/bot/telegram/sending/chat-refusal.ts';
import { UnreachableError } from '../../../src/bot/telegram/unreachable.ts';

const refused = (error_code: number, description: string, parameters?: object) =>
  new GrammyError(
    'Call failed!',
    { ok: false, error_code, description, ...(parameters && { parameters }) },
    'sendMessage',
    {
      chat_id: 1,
    },
  );

describe('what a failed call means', () => {
  test.each([
    [
      429,
      'Too Many Requests: retry after 7',
      { retry_after: 7 },
      { kind: 'retry', scope: 'rate_limited', after: 7300 },
    ],
    [429, 'Too Many Requests', undefined, { kind: 'retry', scope: 'rate_limited', after: 5300 }],
    [429, 'Too Many Requests', { retry_after: 0 }, { kind: 'retry', scope: 'rate_limited', after: 300 }],
    [429, 'Too Many Requests', { retry_after: -5 }, { kind: 'retry', scope: 'rate_limited', after: 5300 }],
    [429, 'Too Many Requests', { retry_after: 'soon' }, { kind: 'retry', scope: 'rate_limited', after: 5300 }],
    [429, 'Too Many Requests', { retry_after: 1e12 }, { kind: 'retry', scope: 'rate_limited', after: 86_400_300 }],
    [403, 'Forbidden: bot was blocked by the user', undefined, { kind: 'failed', unreachable: true }],
    [403, 'Forbidden: user is deactivated', undefined, { kind: 'failed', unreachable: true }],
    [403, 'Forbidden: bot was kicked from the supergroup chat', undefined, { kind: 'failed', unreachable: true }],
    [400, 'Bad Request: chat not found', undefined, { kind: 'failed', unreachable: true }],
    [400, 'Bad Request: PEER_ID_INVALID', undefined, { kind: 'failed', unreachable: true }],
    [
      400,
      'Bad Request: not enough rights to send text messages to the chat',
      undefined,
      { kind: 'failed', unreachable: true },
    ],
    [400, 'Bad Request: have no write access to the chat', undefined, { kind: 'failed', unreachable: true }],
    ...['photos', 'documents', 'videos', 'animations'].map((media): [number, string, undefined, object] => [
      400,
      `Bad Request: not enough rights to send ${media} to the chat`,
      undefined,
      { kind: 'failed', unreachable: false },
    ]),
    [400, 'Bad Request: CHAT_SEND_DOCS_FORBIDDEN', undefined, { kind: 'failed', unreachable: false }],
    ...['TOPIC_CLOSED', 'CHAT_RESTRICTED', 'CHANNEL_PRIVATE', 'USER_BANNED_IN_CHANNEL', 'message thread not found'].map(
      (words): [number, string, undefined, object] => [
        400,
        `Bad Request: ${words}`,
        undefined,
        { kind: 'failed', unreachable: true },
      ],
    ),
    [400, 'Bad Request: message is too long', undefined, { kind: 'failed', unreachable: false }],
    [400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1001 }, { kind: 'moved', chatId: -1001 }],
    ...[0.5, 1e308, 'x', null].map((odd): [number, string, object, object] => [
      400,
      'Bad Request: moved',
      { migrate_to_chat_id: odd },
      { kind: 'failed' },
    ]),
    [401, 'Unauthorized', undefined, { kind: 'retry', scope: 'token' }],
    [404, 'Not Found', undefined, { kind: 'retry', scope: 'token' }],
    [400, 'Bad Request: PEER_FLOOD', undefined, { kind: 'retry', scope: 'rate_limited', after: 300_000 }],
    [400, 'Logged out', undefined, { kind: 'retry', scope: 'token' }],
    [400, 'Bad Request: FROZEN_METHOD_INVALID', undefined, { kind: 'retry', scope: 'token' }],
    [401, 'Unauthorized: invalid api-id/api-hash', undefined, { kind: 'retry', scope: 'token' }],
    [421, 'Misdirected Request: unallowed token specified', undefined, { kind: 'retry', scope: 'server' }],
    [500, 'Internal Server Error: restart', undefined, { kind: 'retry', scope: 'server' }],
    [409, 'Conflict', undefined, { kind: 'retry', scope: 'server' }],
    [500, 'Internal Server Error', undefined, { kind: 'retry', scope: 'server' }],
    [502, 'Bad Gateway', undefined, { kind: 'retry', scope: 'server' }],
    [
      500,
      "Internal Server Error: sent message was immediately deleted and can't be returned",
      undefined,
      { kind: 'retry', scope: 'server', unconfirmed: true },
    ],
    ...['ALLOW_PAYMENT_REQUIRED_5', 'USER_DELETED', 'CHANNEL_PUBLIC_GROUP_NA', 'TOPIC_ID_INVALID'].map(
      (words): [number, string, undefined, object] => [
        400,
        `Bad Request: ${words}`,
        undefined,
        { kind: 'failed', unreachable: true },
      ],
    ),
    [400, "Bad Request: can't access the chat", undefined, { kind: 'failed', unreachable: true }],
  ])('%i %s %o', (code, description, parameters, outcome) => {
    const found = classify(refused(code, description, parameters));
    expect(found).toMatchObject(outcome);
    if (found.kind === 'moved') return;
    const ofChat = found.kind === 'failed' && found.unreachable === true;
    const reason = ofChat ? chatRefusal(description, code) : `Telegram: ${description} (${code})`;
    expect(found).toHaveProperty('reason', reason);
  });

  test.each([
    [
      new HttpError('x', new AnswerError('Telegram answered 502 with something that is not JSON')),
      'server',
      /not JSON\.$/,
    ],
    [
      new HttpError('x', new UnreachableError('Telegram could not be reached (ECONNREFUSED)')),
      'network',
      /ECONNREFUSED/,
    ],
    [new UnreachableError('Telegram did not answer in time'), 'network', /in time\.$/],
    [new TypeError('odd'), 'server', /^odd\.$/],
    ['a string', 'server', /^a string\.$/],
  ])('%s is tried again', (error, scope, reason) => {
    expect(classify(error)).toMatchObject({ kind: 'retry', scope, reason: expect.stringMatching(reason) });
  });

  test('a message that is too large ends, with what helps', () => {
    expect(classify(refused(413, 'Request Entity Too Large'))).toEqual({
      kind: 'failed',
      reason:
        'The message is larger than Telegram takes (Request Entity Too Large, 413); send a smaller file, or the address of this one.',
    });
  });

  test.each([
    [413, 'failed'],
    [400, 'retry'],
    [403, 'retry'],
    [407, 'retry'],
    [429, 'retry'],
    [502, 'retry'],
  ])('a page with status %i instead of JSON: %s', (status, kind) => {
    expect(
      classify(new AnswerError(`Telegram answered ${status} with something that is not JSON`, status)),
    ).toMatchObject({
      kind,
    });
  });

  test('a file that is gone ends the delivery', () => {
    expect(classify(new MissingFileError())).toEqual({ kind: 'failed', reason: 'Its file is gone from the outbox.' });
  });
});
