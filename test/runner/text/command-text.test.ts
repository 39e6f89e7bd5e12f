import { expect, test } from 'vitest';
import type { CommandEnd } from '../../../src/runner/outcomes.ts';
import { commandEndText } from '../../../src/runner/text/command-text.ts';

test.each<[CommandEnd, number, string]>([
  [{ code: 'exit_status', status: 0 }, 80, 'Exit code 0, after 80 ms.\n\n```\nout\n```'],
  [{ code: 'exit_status', status: 7 }, 4500, 'Exit code 7, after 4.5 s.\n\n```\nout\n```'],
  [{ code: 'signal', signal: 'SIGKILL', status: 137 }, 192_000, 'Ended by SIGKILL, after 3m 12s.\n\n```\nout\n```'],
  [
    { code: 'signal', signal: 'SIGPIPE', status: 141 },
    3_720_000,
    'Ended by SIGPIPE (the reader of its output has closed the pipe), after 1h 2m.\n\n```\nout\n```',
  ],
  [{ code: 'not_found', command: '/a_b_', status: 127 }, 1, '/a_b\\_ was not found.'],
  [
    { code: 'not_started', cause: Object.assign(new Error(), { code: 'EACCES' }), status: 126 },
    1,
    'It could not be started: permission is denied (EACCES).',
  ],
])('%j', (end, took, text) => {
  expect(commandEndText(end, 'out\n', took)).toBe(text);
});
