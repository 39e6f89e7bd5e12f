import { describe, expect, test } from 'vitest';
import type { RunEnd, RunWarning } from '../../../src/runner/outcomes.ts';
import { detailText, warningText } from '../../../src/runner/text/run-text.ts';

const full = new Error('The disk is full.');

describe('the detail of a run', () => {
  test.each<[RunEnd, string]>([
    [{ outcome: 'sent', unsendable: [], refused: [] }, ''],
    [
      { outcome: 'sent', unsendable: [], refused: [{ to: 'board', error: 'The bot was removed.' }] },
      'Not sent to board: The bot was removed.',
    ],
    [
      {
        outcome: 'queued',
        unsendable: [
          { attachment: { as: 'photo', path: '/a', name: 'a' }, code: 'missing' },
          { attachment: { as: 'document', path: '/b', name: 'b' }, code: 'empty' },
        ],
        refused: [],
      },
      "The image /a can't be sent: it does not exist. The file /b can't be sent: it is empty.",
    ],
    [{ outcome: 'quiet' }, ''],
    [{ outcome: 'cooldown', left: 3_600_000 }, '1h left'],
    [{ outcome: 'running', why: 'locked' }, 'another run holds its lock'],
    [{ outcome: 'running', why: 'just_ran' }, 'another run came first'],
    [
      { outcome: 'waiting', failure: { code: 'stopped' } },
      'The notification waits for the next run: The runner was stopped.',
    ],
    [
      { outcome: 'failed', failure: { code: 'exit_status', status: 3 }, stderr: 'a\nb\n' },
      'It ended with exit code 3 (b).',
    ],
  ])('%j', (end, text) => {
    expect(detailText(end)).toBe(text);
  });
});

describe('a warning', () => {
  test.each<[RunWarning, string]>([
    [{ code: 'problem', error: full }, 'The disk is full.'],
    [{ code: 'no_lock', error: full }, 'The disk is full. Scripts run without a lock.'],
    [{ code: 'still_waiting', failure: { code: 'stopped' } }, 'A notification still waits: The runner was stopped.'],
    [
      { code: 'refused_after_waiting', source: 'a.sh', failure: { code: 'problem', error: new Error('No.') } },
      'a.sh: the bot refused a notification that had waited: No.',
    ],
    [
      { code: 'pending_unreadable', path: '/p', cause: Object.assign(new Error(), { code: 'EIO' }) },
      "/p can't be read: the disk reports an error (EIO).",
    ],
    [{ code: 'pending_damaged', path: '/p', movedTo: '/q' }, '/p is damaged: it was moved to /q and is not sent.'],
  ])('%j', (warning, text) => {
    expect(warningText(warning)).toBe(text);
  });
});
