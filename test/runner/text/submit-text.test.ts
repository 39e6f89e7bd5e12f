import { expect, test } from 'vitest';
import type { SubmitFailure, UnsendableFile } from '../../../src/runner/outcomes.ts';
import { submitFailureText, unsendableText } from '../../../src/runner/text/submit-text.ts';

test.each<[SubmitFailure, string]>([
  [{ code: 'not_linked' }, 'Your account is not linked to a Telegram chat: run notify-runner link.'],
  [{ code: 'problem', error: new Error('no\u001b[31m red\n') }, 'no red'],
  [{ code: 'stopped' }, 'The runner was stopped.'],
  [{ code: 'problem', error: new Error('The file is gone.') }, 'The file is gone.'],
])('%j', (failure, sentence) => {
  expect(submitFailureText(failure)).toBe(sentence);
});

test.each<[UnsendableFile['code'], string]>([
  ['missing', 'it does not exist'],
  ['not_a_file', 'it is not a file'],
  ['empty', 'it is empty'],
  ['too_large', 'it is larger than 50 MB'],
  ['too_large_together', 'the files are too large together'],
  ['unreadable', 'permission is denied (EACCES)'],
])('a file that is %s', (code, reason) => {
  const attachment = { as: 'photo', path: '/a.png', name: 'a.png' } as const;
  const cause = Object.assign(new Error(), { code: 'EACCES' });
  expect(unsendableText({ attachment, code, cause })).toBe(`The image /a.png can't be sent: ${reason}.`);
  expect(unsendableText({ attachment, code, cause }, (path) => `<${path}>`)).toContain('The image </a.png> ');
});
