import { expect, test } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import type { RunFailure } from '../../../src/runner/outcomes.ts';
import { failureText } from '../../../src/runner/text/failure-text.ts';

const errno = (code: string) => Object.assign(new Error(`spawn ${code}`), { code });

test.each<[RunFailure, string]>([
  [{ code: 'exit_status', status: 3 }, 'It ended with exit code 3 (oops).'],
  [{ code: 'signal', signal: 'SIGKILL' }, 'It was ended by SIGKILL (oops).'],
  [{ code: 'timeout', limit: 60_000 }, 'It was not done within 1m (oops).'],
  [{ code: 'too_much_output' }, 'It printed more than 1 MB (oops).'],
  [{ code: 'stopped' }, 'It was stopped together with the runner (oops).'],
  [{ code: 'no_home', home: '/h' }, 'Your home directory /h does not exist.'],
  [
    { code: 'not_found', path: '/x' },
    'It could not be started: /x, or the program that its first line names, does not exist.',
  ],
  [
    { code: 'windows_lines', path: '/x' },
    "It has Windows line endings, so its interpreter is not found. Convert it: sed -i 's/\\r$//' /x",
  ],
  [{ code: 'too_many_processes' }, 'It could not be started: you have too many processes (EAGAIN).'],
  [{ code: 'not_started', cause: errno('EACCES') }, 'It could not be started: permission is denied (EACCES).'],
  [
    { code: 'problem', error: new Problem('bad_field', 'image_path: expected a path, found 3.') },
    'image_path: expected a path, found 3. (oops)',
  ],
  [
    { code: 'refused', failure: { code: 'problem', error: new Problem('refused', 'Telegram refused it.') } },
    'The bot refused the notification: Telegram refused it.',
  ],
  [
    { code: 'not_kept', failure: { code: 'stopped' } },
    'The notification could be neither sent nor stored: The runner was stopped.',
  ],
])('%j', (failure, sentence) => {
  expect(failureText(failure, ' (oops)')).toBe(sentence);
});
