import { describe, expect, test } from 'vitest';
import { runnerLines } from '../../../../src/runner/cli/setup/crontab-lines.ts';

describe('a crontab line', () => {
  test.each([
    ['* * * * * notify-runner', {}],
    [
      "* * * * * NOTIFY_SCRIPTS_DIR='/a b/it'\\''s 5\\%' /usr/bin/node '/x y/notify-runner.cjs'",
      { NOTIFY_SCRIPTS_DIR: "/a b/it's 5%" },
    ],
    [
      '* * * * * NOTIFY_STATE_DIR="$HOME/s" NOTIFY_SOCKET=~/b notify-runner --jobs 3',
      { NOTIFY_STATE_DIR: '/h/s', NOTIFY_SOCKET: '/h/b' },
    ],
    ['@hourly notify-runner >/dev/null 2>&1', {}],
    ['* * * * * notify-runner run', {}],
    ['* * * * * /opt/x/main.js # notify-runner', {}],
    ['NOTIFY_SOCKET = "/a b"\n* * * * * notify-runner', { NOTIFY_SOCKET: '/a b' }],
  ])('%s is read', (text, environment) => {
    expect(runnerLines(text, '/h')).toEqual([{ line: text.split('\n').at(-1), environment }]);
  });

  test.each([
    '# * * * * * notify-runner',
    '0 2 * * * notify-runner exec -- backup',
    '0 2 * * * notify-runner send hello',
    '0 2 * * * notify-runner-old',
  ])('%s does not run what is due', (text) => {
    expect(runnerLines(text, '/h')).toEqual([]);
  });
});
