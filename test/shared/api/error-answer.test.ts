import { expect, test } from 'vitest';
import { problemIn } from '../../../src/shared/api/error-answer.ts';

const facts = (status: number, body: unknown, service?: string) => {
  const problem = problemIn({ status, body }, service);
  return problem && [problem.code, problem.message];
};

test('a success holds no error', () => {
  expect(facts(200, { ok: true })).toBeUndefined();
  expect(facts(202, { ok: true, error: 'not one', code: 'storage' })).toBeUndefined();
});

test('an error keeps the code and the sentence of the service, on one line', () => {
  expect(facts(404, { error: 'ann is not linked.', code: 'not_linked' })).toEqual(['not_linked', 'ann is not linked.']);
  expect(facts(400, { error: 'a\n\u001b[31mb', code: 'bad_field' })).toEqual(['bad_field', 'a [31mb']);
});

test('a code of another version is named as such', () => {
  for (const code of ['made_up', 'toString', '__proto__']) {
    expect(facts(418, { error: 'New.', code })).toEqual(['unknown_error', 'New.']);
  }
});

test.each([
  [undefined],
  ['text'],
  [null],
  [[]],
  [{}],
  [{ error: '', code: 'x' }],
  [{ error: 'x' }],
  [{ error: 5, code: 'x' }],
])('a failure without a reason is no answer of the service: %j', (body) => {
  expect(facts(500, body)).toEqual(['bad_answer', 'notify-bot answered with status 500 and no reason.']);
  expect(facts(302, body, 'notify-web')).toEqual(['bad_answer', 'notify-web answered with status 302 and no reason.']);
});
