/** The runner's output, which its user may have tampered with, and the answers made from it. */
import { describe, expect, test } from 'vitest';
import { answerTo } from '../../src/actor/actions.ts';
import { parseActorAnswer } from '../../src/shared/api/actor/answer.ts';
import type { UserRequest } from '../../src/shared/api/actor/protocol.ts';

const list: UserRequest = { action: 'list', user: 'ann' };
const run: UserRequest = { action: 'run', user: 'ann', name: 'a.sh' };
const log: UserRequest = { action: 'log', user: 'ann', name: 'a.sh' };
const ended = (stdout: string, status: number | null = 0) => ({ stdout, stderr: '', status });
const result = { name: 'a.sh', result: 'sent', seconds: 0.5 };

test('known fields are passed on, and no others', () => {
  const tampered = JSON.stringify([{ ...result, detail: 'x', output: { y: 1 }, ok: false, __proto__: null }, { z: 2 }]);
  expect(answerTo(run, ended(tampered))).toEqual({ ok: true, result: { ...result, detail: 'x' } });
});

test.each<[UserRequest, string, number | null]>([
  [run, '', 0],
  [run, 'hello', 0],
  [run, '[]', 0],
  [run, '[null]', 0],
  [run, '{"ok":true}', 0],
  [run, '[{"name":"a.sh","result":"hacked","seconds":1}]', 0],
  [run, '[{"name":"a.sh","result":"sent","seconds":"1"}]', 0],
  [list, '[{"name":"a.sh"}]', 0],
  [list, '["a.sh"]', 0],
  [list, '7', 0],
  [log, 'a line', 1],
  [log, '', null],
])('to %j, the output %j with status %j is no valid answer', (request, stdout, status) => {
  expect(() => answerTo(request, ended(stdout, status))).toThrow(expect.objectContaining({ code: 'failed' }));
});

test.each([
  [200, /as ann \(the home folder is missing or not accessible\)/],
  [224, /as ann \(PAM refuses the account/],
  [7, /as ann \(status 7\)/],
  [null, /as ann/],
])('systemd’s status %s becomes the reason why no program ran', (status, sentence) => {
  expect(() => answerTo(run, ended('', status))).toThrow(
    expect.objectContaining({ code: 'failed', message: expect.stringMatching(sentence) }),
  );
});

describe('errors of the runner', () => {
  test.each([
    ['no_script', 'no_script'],
    ['bad_name', 'no_script'],
    ['no_folder', 'no_folder'],
    ['bad_setting', 'failed'],
    ['forbidden', 'failed'],
    ['toString', 'failed'],
  ])('%s becomes %s, its sentence shortened and on one line', (code, expected) => {
    const error = `Line one.\n\u001b[31m${'x'.repeat(900)}`;
    expect(() => answerTo(run, ended(JSON.stringify({ error, code }), 1))).toThrow(
      expect.objectContaining({ code: expected, message: expect.stringMatching(/^Line one\. \[31mx{480,500}$/) }),
    );
  });
});

describe('parseActorAnswer', () => {
  test.each(['', 'x', '[]', '{}', '{"ok":true}', '{"ok":false,"lines":[]}', '{"ok":true,"lines":[7]}', '{"error":7}'])(
    '%j is no valid answer',
    (line) => {
      expect(() => parseActorAnswer('log', line)).toThrow(expect.objectContaining({ code: 'failed' }));
    },
  );

  test('an error keeps its sentence, and its code if that is known', () => {
    const thrown = (code: string) => () => parseActorAnswer('list', JSON.stringify({ error: 'Why.', code }));
    expect(thrown('unknown_user')).toThrow(expect.objectContaining({ code: 'unknown_user', message: 'Why.' }));
    expect(thrown('strange')).toThrow(expect.objectContaining({ code: 'failed', message: 'Why.' }));
  });
});
