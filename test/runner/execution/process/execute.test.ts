import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundled } from '../../../support/programs/bundle.ts';
import { collect, createMachine } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';
import { hasEnded } from '../../support/processes.ts';

const quiet = '{"notify": false}';

describe('a script', () => {
  test('runs in the home, without input, with the environment of the runner', async () => {
    const machine = createMachine();
    machine.write(
      'where.sh',
      `#!/bin/sh\npwd > where\ncat > input\necho "$HOME $NOTIFY_SOCKET" > env\necho '${quiet}'`,
    );
    expect(await machine.runner([], { cwd: '/tmp', environment: { HOME: machine.home } })).toEqual({
      status: 0,
      out: '',
      err: '',
    });
    expect(machine.read('./where')).toBe(`${machine.home}\n`);
    expect(machine.read('./input')).toBe('');
    expect(machine.read('./env')).toBe(`${machine.home} ${machine.socketPath}\n`);
  });

  test.each([
    ['C.UTF-8', {}],
    ['C.UTF-8', { LANG: '' }],
    ['de_DE.UTF-8', { LANG: 'de_DE.UTF-8' }],
    ['', { LC_ALL: 'C' }],
    ['', { LC_CTYPE: 'POSIX' }],
  ])('has the locale %j where the runner has %j', async (lang, environment) => {
    const machine = createMachine();
    machine.write('a.sh', 'printf %s "$LANG" > "$HOME/lang"; echo \'{"notify": false}\'');
    machine.write('b.pl', '# notify: timeout=20s\nprint qq({"notify": false, "lang": "$ENV{LANG}"});');
    await machine.runner([], { environment });
    expect(machine.read('./lang')).toBe(lang);
    const { out } = await machine.program('notify-scripts', ['run', 'b'], { environment });
    expect(JSON.parse(out)).toEqual({ notify: false, lang });
  });

  test('runs also where few files may be open at a time', async () => {
    const machine = createMachine();
    for (let number = 0; number < 30; number += 1) {
      machine.write(`s${number}.sh`, `echo '{"notify": false, "own": ${number}}' > /dev/stdout`);
    }
    const child = spawn(
      'sh',
      ['-c', 'ulimit -n 90; exec "$@"', 'sh', process.execPath, join(bundled, 'notify-runner.cjs'), '--json'],
      {
        env: machine.environment,
        cwd: '/',
      },
    );
    const { out } = await collect(child);
    const results: { result: string }[] = JSON.parse(out);
    expect(results.map(({ result }) => result)).toEqual(Array(30).fill('quiet'));
  });

  test('may print a little longer than it lives', async () => {
    const machine = createMachine();
    machine.write('late.sh', `#!/bin/bash\n(sleep 0.2; echo '{"notify": false, "late": true}') &\n`);
    const [result] = JSON.parse((await machine.runner(['--json'])).out);
    expect(result.output).toEqual({ notify: false, late: true });
  });

  test.each([
    ['a shell, by its path', 'a.sh', `echo '{"notify": false, "by": "path"}' > /dev/stdout`, { by: 'path' }],
    ['tee, into both', 'a.sh', `echo '{"notify": false, "by": "tee"}' | tee /dev/stderr /dev/null`, { by: 'tee' }],
    [
      'a shell that appends to standard error',
      'a.sh',
      `echo progress >> /dev/stderr; echo '{"notify": false, "by": "append"}'`,
      { by: 'append' },
    ],
    [
      'Python, which opens it as a file',
      'a.py',
      `open('/dev/stderr', 'w').write('progress')\nopen('/dev/stdout', 'w').write('{"notify": false, "by": "open"}')`,
      { by: 'open' },
    ],
    [
      'a script that opens it by its number',
      'a.sh',
      `echo '{"notify": false, "by": "fd"}' > /proc/self/fd/1`,
      { by: 'fd' },
    ],
  ])('may write to /dev/stdout and /dev/stderr: %s', async (_, name, text, expected) => {
    const machine = createMachine();
    machine.write(name, text);
    const [result] = JSON.parse((await machine.runner(['--json'])).out);
    expect(result).toMatchObject({ result: 'quiet', output: { notify: false, ...expected } });
    const printed = await machine.program('notify-scripts', ['run', name]);
    expect(printed).toMatchObject({ status: 0, err: '' });
    expect(JSON.parse(printed.out)).toEqual({ notify: false, ...expected });
  });

  test('has its own pipes where many run, and leaves nothing in the folder for temporary files', async () => {
    const machine = createMachine();
    const temporary = join(machine.home, 'tmp');
    mkdirSync(temporary);
    for (let number = 0; number < 20; number += 1) {
      machine.write(
        `s${number}.sh`,
        `echo '{"notify": false, "own": ${number}}' > /dev/stdout; echo ${number} > /dev/stderr`,
      );
    }
    const ran = await machine.runner(['--json'], { environment: { TMPDIR: temporary } });
    const results: { name: string; output: { own: number } }[] = JSON.parse(ran.out);
    expect(results.map(({ name, output }) => name === `s${output.own}.sh`)).toEqual(Array(20).fill(true));
    expect(readdirSync(temporary)).toEqual([]);
  });

  test('may delete itself', async () => {
    const machine = createMachine();
    machine.write('once.sh', `rm "$0"; echo '{"notify": true, "message": "x"}'`);
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
  });

  test('leaves no process of its group behind', async () => {
    const machine = createMachine();
    machine.write('leaves.sh', `sleep 600 & echo $! > "$HOME/left"; echo '${quiet}'`);
    expect((await machine.runner()).status).toBe(0);
    expect(await hasEnded(machine.read('./left'))).toBe(true);
  });

  test('is ended after its time with all that it started: its group, and other sessions', async () => {
    const machine = createMachine();
    machine.write(
      'stuck.sh',
      `#!/bin/bash
# notify: timeout=500ms
bash -c 'trap "" TERM INT HUP; echo $BASHPID > "$HOME/stubborn"; while :; do sleep 1; done' &
setsid bash -c 'trap "" TERM; echo $BASHPID > "$HOME/stray"; while :; do sleep 1; done' &
setsid env -i bash -c 'trap "" TERM; echo $BASHPID > '"$HOME"'/bare; while :; do sleep 1; done' &
while :; do sleep 1; done`,
    );
    machine.write('fine.sh', `echo '${quiet}'`);
    const ran = await machine.runner();
    expect(ran).toMatchObject({
      status: 1,
      err: expect.stringContaining('stuck.sh failed: It was not done within 500ms'),
    });
    expect(await hasEnded(machine.read('./stubborn'))).toBe(true);
    expect(await hasEnded(machine.read('./stray'))).toBe(true);
    expect(await hasEnded(machine.read('./bare'))).toBe(true);
  });

  test('is ended after the time of --timeout, which takes precedence over its header', async () => {
    const machine = createMachine();
    machine.write('slow.sh', '# notify: timeout=10m\nsleep 600');
    const ran = await machine.runner(['--timeout', '300ms']);
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('not done within 300ms') });
  });

  test.each([
    ['exits with a code', 'echo oops >&2; exit 3', 'x.sh failed: It ended with exit code 3 (oops).'],
    ['is killed', 'kill -9 $$', 'x.sh failed: It was ended by SIGKILL.'],
    ['prints nothing', ':', 'x.sh failed: It printed nothing; one JSON object was expected.'],
    ['prints a list', "echo '[1]'", 'x.sh failed: It printed JSON that is a list; one JSON object was expected.'],
    ['prints null', 'echo null', 'x.sh failed: It printed JSON that is null'],
    [
      'loses its quotes',
      'echo "{"notify": true}"',
      'The shell took its double quotes away: put the object in single quotes',
    ],
    ['prints a wrong type', `echo '{"notify": "yes"}'`, 'x.sh failed: notify: expected true or false, found "yes".'],
    [
      'has an endless cooldown',
      `echo '{"notify": false, "cooldown": "Infinity"}'`,
      'cooldown: "Infinity" is not a duration',
    ],
    ['prints no UTF-8', `printf '{"notify": true, "message": "\\344"}'`, 'x.sh failed: Its output is not UTF-8 text.'],
    ['prints too much', 'head -c 3000000 /dev/zero', 'x.sh failed: It printed more than 1 MB.\n'],
    [
      'has a wrong schedule',
      `# notify: schedule="often"\necho '${quiet}'`,
      '# notify: schedule: "often" is not a cron schedule such as "0 9 * * 1-5" (it needs five fields).',
    ],
    ['has a wrong timeout', `# notify: timeout=never\necho '${quiet}'`, '# notify: timeout: "never" is not a duration'],
    [
      'has a misspelt setting',
      `# notify: shedule=1\necho '${quiet}'`,
      '# notify: shedule is none of schedule, tz, host, timeout, cooldown, expect, to, python; did you mean schedule?',
    ],
    ['deletes itself', `rm "$0"; exit 1`, 'x.sh failed: It ended with exit code 1.'],
  ])('that %s is reported in one sentence, and the others run', async (_, text, sentence) => {
    const machine = createMachine();
    machine.write('a.sh', `touch "$HOME/a"; echo '${quiet}'`);
    machine.write('x.sh', text);
    machine.write('z.sh', `touch "$HOME/z"; echo '${quiet}'`);
    await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, out: '' });
    expect(ran.err).toContain(sentence);
    expect(ran.err.split('\n')).toHaveLength(2);
    expect([existsSync(join(machine.home, 'a')), existsSync(join(machine.home, 'z'))]).toEqual([true, true]);
  });

  test('whose interpreter does not exist is reported', async () => {
    const machine = createMachine();
    machine.write('a.rb', 'puts 1');
    machine.write('b', '#!/nowhere/interpreter\n', 0o755);
    machine.write('c.py', 'print(1)');
    await startScriptedBot(machine.socketPath);
    const ran = await machine.runner([], { environment: { PATH: machine.home } });
    expect(ran.status).toBe(1);
    expect(ran.err).toContain(`a.rb failed: ruby is not installed, or not in PATH (${machine.home}).`);
    expect(ran.err).toContain('b failed: ');
    expect(ran.err).toContain('the program that its first line names, does not exist.');
    expect(ran.err).toContain('c.py failed: python3 is not installed');
  });

  test('that may not be read is reported', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can change the user');
    const machine = createMachine();
    machine.write('a.py', 'print(1)', 0o000);
    execFileSync('chown', ['-R', 'nobody', join(machine.home, '..')]);
    execFileSync('chmod', ['755', join(machine.home, '..')]);
    execFileSync('chmod', ['-R', 'a+rX', bundled]);
    const [uid, gid] = ['-u', '-g'].map((flag) => Number(execFileSync('id', [flag, 'nobody'])));
    const child = spawn(process.execPath, [join(bundled, 'notify-runner.cjs')], {
      env: machine.environment,
      cwd: '/',
      ...(uid && { uid }),
      ...(gid && { gid }),
    });
    const ran = await collect(child);
    expect(ran).toMatchObject({
      status: 1,
      err: expect.stringContaining("a.py failed: It can't be read: permission is denied (EACCES)."),
    });
  });

  test('that has Windows line endings is reported with the command that converts it', async () => {
    const machine = createMachine();
    const path = machine.write('a', '#!/bin/sh\r\necho 1\r\n', 0o755);
    const other = machine.write('b', '#!/usr/bin/env sh\r\necho 1\r\n', 0o755);
    const { err } = await machine.runner();
    expect(err).toContain(
      `a failed: It has Windows line endings, so its interpreter is not found. Convert it: sed -i 's/\\r$//' ${path}\n`,
    );
    expect(err).toContain(`sed -i 's/\\r$//' ${other}`);
  });
});
