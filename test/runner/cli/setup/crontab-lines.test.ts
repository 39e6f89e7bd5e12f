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
    expect(runnerLines(text, '/h')).toMatchObject([{ line: text.split('\n').at(-1), environment }]);
  });

  test.each([
    '# * * * * * notify-runner',
    '0 2 * * * notify-runner exec -- backup',
    '0 2 * * * notify-runner send hello',
    '0 2 * * * notify-runner-old',
  ])('%s does not run what is due', (text) => {
    expect(runnerLines(text, '/h')).toEqual([]);
  });

  test.each([
    ['* * * * * notify-runner', 'notify-runner', 'notify-runner', true],
    [
      '@hourly A=1 /opt/node/bin/node /x/notify-runner.cjs --jobs 3',
      '/opt/node/bin/node /x/notify-runner.cjs',
      'A=1 /opt/node/bin/node /x/notify-runner.cjs',
      false,
    ],
    [
      "* * * * * nodejs '/x y/notify-runner.cjs' >/dev/null",
      "nodejs '/x y/notify-runner.cjs'",
      "nodejs '/x y/notify-runner.cjs'",
      false,
    ],
    [
      '* * * * * /opt/node /x/5\\%/main.js # notify-runner',
      '/opt/node /x/5\\%/main.js',
      '/opt/node /x/5%/main.js',
      true,
    ],
    ['* * * * * /x/notify-runner; date', '/x/notify-runner', '/x/notify-runner', false],
    ['* * * * * /x/notify-runner # every minute', '/x/notify-runner', '/x/notify-runner', true],
  ])('%s has a program that can be tried', (text, program, command, isAlone) => {
    const [line] = runnerLines(text, '/h');
    expect(text.slice(line?.program?.start, line?.program?.end)).toBe(program);
    expect(line?.program).toMatchObject({ command, isAlone });
  });

  test.each([
    '* * * * * cd /x && notify-runner',
    '* * * * * rm -rf /x; notify-runner',
    '* * * * * A=`rm -rf /x` notify-runner',
    '* * * * * flock -n /x notify-runner',
    '* * * * * node --trace-gc /x/notify-runner.cjs',
  ])('%s does more, so that nothing of it is tried', (text) => {
    const [line] = runnerLines(text, '/h');
    expect(line?.line).toBe(text);
    expect(line?.program).toBeUndefined();
  });

  test('has the variables of the crontab above it', () => {
    const table = 'PATH=/a:/b\n* * * * * notify-runner\nSHELL=/bin/bash\nMAILTO=""\n';
    expect(runnerLines(table, '/h')).toMatchObject([{ schedule: '* * * * *', variables: { PATH: '/a:/b' }, index: 1 }]);
  });
});
