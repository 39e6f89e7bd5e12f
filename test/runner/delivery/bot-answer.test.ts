import { expect, test } from 'vitest';
import { alertAnswerOf, type SubmitAnswer, submitAnswerOf } from '../../../src/runner/delivery/bot-answer.ts';

const error = (code: string) => ({ error: 'No.', code });
const failureWith = (code: string, message = 'No.') => ({
  code: 'problem' as const,
  error: expect.objectContaining({ code, message }),
});
const NOT_THE_BOT = 'The program on the socket is not notify-bot: it answered with status 200 and without "ok".';

test.each<[number, unknown, SubmitAnswer]>([
  [200, { ok: true, status: 'sent' }, { kind: 'accepted', status: 'sent', refused: [] }],
  [202, { ok: true, status: 'muted' }, { kind: 'accepted', status: 'muted', refused: [] }],
  [202, { ok: true, status: 'unheard of' }, { kind: 'accepted', status: 'queued', refused: [] }],
  [200, { hello: 'world' }, { kind: 'unavailable', failure: failureWith('bad_answer', NOT_THE_BOT) }],
  [200, 'text', { kind: 'unavailable', failure: failureWith('bad_answer', NOT_THE_BOT) }],
  [404, error('not_linked'), { kind: 'unavailable', failure: { code: 'not_linked' } }],
  [404, error('unknown_destination'), { kind: 'refused', failure: failureWith('unknown_destination') }],
  [403, error('not_a_sender'), { kind: 'refused', failure: failureWith('not_a_sender') }],
  [404, error('not_found'), { kind: 'unavailable', failure: failureWith('not_found') }],
  [429, error('too_many_requests'), { kind: 'unavailable', failure: failureWith('too_many_requests') }],
  [503, error('of a later version'), { kind: 'unavailable', failure: failureWith('unknown_error') }],
  [400, error('bad_field'), { kind: 'refused', failure: failureWith('bad_field') }],
  [413, error('too_large'), { kind: 'refused', failure: failureWith('too_large') }],
  [415, error('wrong_type'), { kind: 'refused', failure: failureWith('wrong_type') }],
  [422, error('refused'), { kind: 'refused', failure: failureWith('refused') }],
])('the answer %i %j', (status, body, expected) => {
  expect(submitAnswerOf({ status, body }, true)).toEqual(expected);
});

test('an id that is taken means success where an earlier run may have posted it', () => {
  const answer = { status: 409, body: error('id_conflict') };
  expect(submitAnswerOf(answer, true)).toEqual({ kind: 'accepted', status: 'queued', refused: [] });
  expect(submitAnswerOf(answer, false)).toEqual({ kind: 'refused', failure: failureWith('id_conflict') });
});

test('of several destinations tells which ones refused', () => {
  const deliveries = [
    { to: 'ops', status: 'sent', message_ids: [1] },
    { to: 'board', status: 'failed', error: 'The bot was removed.', code: 'refused' },
  ];
  const body = { ok: true, id: 'x', status: 'partial', deliveries };
  const refused = [{ to: 'board', error: 'The bot was removed.' }];
  expect(submitAnswerOf({ status: 200, body }, true)).toEqual({
    kind: 'accepted',
    status: 'sent',
    deliveries,
    refused,
  });
});

test.each<[number, unknown, SubmitAnswer]>([
  [200, { ok: true, alerts: [{ state: 'firing' }] }, { kind: 'accepted', status: 'firing', refused: [] }],
  [200, { ok: true, alerts: [{ state: 'acknowledged' }] }, { kind: 'accepted', status: 'firing', refused: [] }],
  [200, { ok: true, alerts: [{ state: 'resolved' }] }, { kind: 'accepted', status: 'resolved', refused: [] }],
  [200, { ok: true, status: 'sent' }, { kind: 'unavailable', failure: failureWith('bad_answer', NOT_THE_BOT) }],
  [404, error('unknown_destination'), { kind: 'refused', failure: failureWith('unknown_destination') }],
  [400, error('bad_field'), { kind: 'refused', failure: failureWith('bad_field') }],
  [429, error('too_many_requests'), { kind: 'unavailable', failure: failureWith('too_many_requests') }],
])('the answer to an alert %i %j', (status, body, expected) => {
  expect(alertAnswerOf({ status, body })).toEqual(expected);
});
