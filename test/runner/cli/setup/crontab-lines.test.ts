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
      true,
    ],
    [
      "* * * * * nodejs '/x y/notify-runner.cjs' >/dev/null",
      "nodejs '/x y/notify-runner.cjs'",
      "nodejs '/x y/notify-runner.cjs'",
      true,
    ],
    [
      '* * * * * /opt/node /x/5\\%/main.js # notify-runner',
      '/opt/node /x/5\\%/main.js',
      '/opt/node /x/5%/main.js',
      true,
    ],
    [
      '* * * * * env A=1 /opt/node20 notify-runner',
      '/opt/node20 notify-runner',
      'env A=1 /opt/node20 notify-runner',
      true,
    ],
    [
      '* * * * * /usr/bin/env node /x/notify-runner',
      'node /x/notify-runner',
      '/usr/bin/env node /x/notify-runner',
      true,
    ],
    [
      '* * * * * node --trace-gc /x/notify-runner.cjs',
      'node --trace-gc /x/notify-runner.cjs',
      'node --trace-gc /x/notify-runner.cjs',
      true,
    ],
    [
      '* * * * * A=1 nice -n 9 ionice -c3 notify-runner 2>&1 | logger',
      'notify-runner',
      'A=1 nice -n 9 ionice -c3 notify-runner',
      true,
    ],
    ['* * * * * flock -n /x notify-runner', 'notify-runner', 'notify-runner', true],
    ['* * * * * sleep 9; cd /x && notify-runner', 'notify-runner', 'cd /x && notify-runner', true],
    ['* * * * * . ~/.nvm/nvm.sh; notify-runner >>/x 2>&1', 'notify-runner', '. ~/.nvm/nvm.sh ; notify-runner', true],
    ['* * * * * export A=1 && ( notify-runner )', 'notify-runner', 'export A=1 && notify-runner', true],
    [
      '* * * * * [ -x /x/notify-runner ] && /x/notify-runner',
      '/x/notify-runner',
      '[ -x /x/notify-runner ] && /x/notify-runner',
      true,
    ],
    [
      "* * * * * /bin/bash -lc 'A=1 /x/node /x/notify-runner -j 9'",
      '/x/node /x/notify-runner',
      "/bin/bash -lc 'A=1 /x/node /x/notify-runner'",
      true,
    ],
    ['* * * * * backup; A=1 /x/notify-runner', '/x/notify-runner', 'A=1 /x/notify-runner', false],
    ['* * * * * rm -rf /x; /x/notify-runner', '/x/notify-runner', '/x/notify-runner', false],
    ['* * * * * A=`rm -rf /x` /x/notify-runner', '/x/notify-runner', '/x/notify-runner', false],
    ['* * * * * /x/notify-runner; date', '/x/notify-runner', '/x/notify-runner', false],
    ['* * * * * /x/notify-runner # every minute', '/x/notify-runner', '/x/notify-runner', true],
  ])('%s has a program that can be tried', (text, program, command, isAlone) => {
    const [line] = runnerLines(text, '/h');
    expect(text.slice(line?.program?.start, line?.program?.end)).toBe(program);
    const { before, program: tried, after } = line?.program?.trial ?? {};
    expect({ command: `${before}${tried}${after}`, isAlone: line?.program?.isAlone }).toEqual({ command, isAlone });
  });

  test.each([
    '* * * * * rm -rf /x; notify-runner',
    '* * * * * A=`rm -rf /x` notify-runner',
    '* * * * * backup && notify-runner',
    '* * * * * watchdog -x 9 notify-runner',
    '* * * * * bash -c "rm -rf /x; notify-runner"',
  ])('%s does more, so that nothing of it is tried', (text) => {
    const [line] = runnerLines(text, '/h');
    expect(line?.line).toBe(text);
    expect(line?.program).toMatchObject({ trial: undefined, isAlone: false });
  });

  test.each([
    ["* * * * * env NOTIFY_SOCKET='/a b' notify-runner", { NOTIFY_SOCKET: '/a b' }],
    ['* * * * * export NOTIFY_SOCKET=/a; notify-runner', { NOTIFY_SOCKET: '/a' }],
    ["* * * * * bash -c 'NOTIFY_SOCKET=/a notify-runner'", { NOTIFY_SOCKET: '/a' }],
  ])('%s sets what it sets anywhere', (text, environment) => {
    expect(runnerLines(text, '/h')).toMatchObject([{ environment }]);
  });

  test('has the variables of the crontab above it', () => {
    const table = 'PATH=/a:/b\n* * * * * notify-runner\nSHELL=/bin/bash\nMAILTO=""\n';
    expect(runnerLines(table, '/h')).toMatchObject([{ schedule: '* * * * *', variables: { PATH: '/a:/b' }, index: 1 }]);
  });
});
