import { execFileSync, spawn } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { bundled } from '../support/bundle.ts';
import { collect, createMachine, prints } from '../support/machine.ts';
import { startScriptedBot } from '../support/scripted-bot.ts';

const quiet = '{"notify": false}';

function alive(pid: string): boolean {
  return existsSync(`/proc/${pid.trim()}/stat`);
}

async function gone(pid: string): Promise<boolean> {
  for (let tries = 0; tries < 100 && alive(pid); tries += 1) await sleep(50);
  return !alive(pid);
}

describe('a script is run', () => {
  test('in the home, without input, with what cron gives and nothing of another run', async () => {
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

  test('by its ending, its first line, or the Python of the home', async () => {
    const machine = createMachine();
    machine.write('a.py', 'import json\nprint(json.dumps({"notify": False, "by": "python"}))');
    machine.write('b.sh', `[ -n "$BASH_VERSION" ] && echo '{"notify": false, "by": "bash"}'`);
    machine.write('c.js', `console.log(JSON.stringify({ notify: false, by: 'node' }))`);
    machine.write('d.mjs', `import 'node:fs'; console.log(JSON.stringify({ notify: false, by: 'node' }))`);
    machine.write('e.pl', `print '{"notify": false, "by": "perl"}'`);
    machine.write('f', `#!/bin/sh\necho '{"notify": false, "by": "itself"}'`, 0o755);
    machine.write('g.sh', `#!/usr/bin/perl\nprint '{"notify": false, "by": "its first line"}'`, 0o755);
    machine.write('notes.txt', 'not a script');
    const ran = await machine.runner(['--json']);
    expect(ran.err).toBe('');
    const results: { name: string; output: { by: string } }[] = JSON.parse(ran.out);
    const by = Object.fromEntries(results.map(({ name, output }) => [name, output.by]));
    expect(by).toEqual({
      'a.py': 'python',
      'b.sh': 'bash',
      'c.js': 'node',
      'd.mjs': 'node',
      'e.pl': 'perl',
      f: 'itself',
      'g.sh': 'its first line',
    });
    machine.write('.venv/bin/python', `#!/bin/sh\necho '{"notify": false, "by": "venv"}'`, 0o755);
    expect(JSON.parse((await machine.runner(['run', 'a', '--json'])).out)[0].output.by).toBe('venv');
  });

  test('whatever it is called, while the names the contract passes over are passed over', async () => {
    const machine = createMachine();
    const names = [
      'it\'s a "script".sh',
      '-rf.sh',
      'ünïcode 🎉.sh',
      'two.dots.sh',
      '$(touch pwned).sh',
      'line\nbreak.sh',
    ];
    for (const name of names) machine.write(name, `echo '${quiet}'`);
    for (const name of ['.hidden.sh', '_draft.sh', 'old.sh~', 'a.sh.bak', 'b.sh.swp', 'c.sh.disabled']) {
      machine.write(name, 'touch "$HOME/wrong"', 0o755);
    }
    machine.write('folder.sh/inner', '');
    const ran = await machine.runner(['--json']);
    expect(ran).toMatchObject({ status: 0, err: '' });
    const results: { name: string }[] = JSON.parse(ran.out);
    expect(results.map(({ name }) => name).sort()).toEqual(names.toSorted());
    expect(existsSync(join(machine.home, 'wrong'))).toBe(false);
    expect(existsSync(join(machine.home, 'pwned'))).toBe(false);
    const named = await machine.runner(['run', '--dry-run', '--', '-rf', 'line\nbreak.sh']);
    expect(named.out.trim().split('\n').sort()).toEqual([
      '· -rf.sh: nothing to say',
      '· line?break.sh: nothing to say',
    ]);
  });

  test('several at a time, never more than asked for', async () => {
    const machine = createMachine();
    const script = `now() { date +%s%N; }\na=$(now); sleep 0.3; echo "$a $(now)" > "times-$NAME"; echo '${quiet}'`;
    for (let index = 0; index < 6; index += 1) machine.write(`s${index}.sh`, `NAME=${index}\n${script}`);
    await machine.runner(['--jobs', '2']);
    const spans = [0, 1, 2, 3, 4, 5].map((index) => machine.read(`./times-${index}`).split(' ').map(Number));
    const together = spans.map(([start = 0]) => spans.filter(([a = 0, b = 0]) => a <= start && start < b).length);
    expect(Math.max(...together)).toBe(2);
  });
});

describe('a script that goes wrong is said in a sentence, and the others go on', () => {
  test.each([
    ['exits with a code', 'echo oops >&2; exit 3', 'x.sh failed: exit code 3 (oops)'],
    ['is killed', 'kill -9 $$', 'x.sh failed: ended by SIGKILL'],
    ['says nothing', ':', 'x.sh failed: It printed nothing; one JSON object was expected.'],
    ['prints a list', "echo '[1]'", 'x.sh failed: It printed JSON that is a list; one JSON object was expected.'],
    ['prints null', 'echo null', 'x.sh failed: It printed JSON that is null'],
    ['prints a wrong type', `echo '{"notify": "yes"}'`, 'x.sh failed: notify: expected true or false, found "yes".'],
    [
      'has an endless cooldown',
      `echo '{"notify": false, "cooldown": "Infinity"}'`,
      'cooldown: "Infinity" is not a duration',
    ],
    ['prints no UTF-8', `printf '{"notify": true, "message": "\\344"}'`, 'x.sh failed: Its output is not UTF-8 text.'],
    ['prints too much', 'head -c 3000000 /dev/zero', 'x.sh failed: it printed more than 1 MB\n'],
    [
      'has a wrong schedule',
      `# notify: schedule="often"\necho '${quiet}'`,
      '# notify: schedule: "often" is not a cron schedule such as "0 9 * * 1-5" (it needs five fields).',
    ],
    ['has a wrong timeout', `# notify: timeout=never\necho '${quiet}'`, '# notify: timeout: "never" is not a duration'],
    [
      'has a misspelt setting',
      `# notify: shedule=1\necho '${quiet}'`,
      '# notify: shedule is none of schedule, timeout, cooldown.',
    ],
    ['deletes itself', `rm "$0"; exit 1`, 'x.sh failed: exit code 1'],
  ])('when it %s', async (_, text, sentence) => {
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

  test('when its interpreter is not installed, or its first line names none', async () => {
    const machine = createMachine();
    machine.write('a.rb', 'puts 1');
    machine.write('b', '#!/nowhere/interpreter\n', 0o755);
    machine.write('c.py', 'print(1)');
    await startScriptedBot(machine.socketPath);
    const ran = await machine.runner([], { environment: { PATH: machine.home } });
    expect(ran.status).toBe(1);
    expect(ran.err).toContain(`a.rb failed: ruby is not installed, or not in PATH (${machine.home}).`);
    expect(ran.err).toContain('b failed: ');
    expect(ran.err).toContain('the program its first line names, is not there');
    expect(ran.err).toContain('c.py failed: python3 is not installed');
  });

  test('when it may not be read', async ({ skip }) => {
    skip(process.getuid?.() !== 0, 'only root can become somebody else');
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
});

describe('time is limited', () => {
  test('and the whole group is ended, a grandchild that ignores signals and holds the pipe too', async () => {
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
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('stuck.sh failed: not done within 500ms') });
    expect(await gone(machine.read('./stubborn'))).toBe(true);
    expect(await gone(machine.read('./stray'))).toBe(true);
    expect(await gone(machine.read('./bare'))).toBe(true);
  });

  test('by --timeout over the header', async () => {
    const machine = createMachine();
    machine.write('slow.sh', '# notify: timeout=10m\nsleep 600');
    const ran = await machine.runner(['--timeout', '300ms']);
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('not done within 300ms') });
  });

  test('also for what a script leaves behind in its group', async () => {
    const machine = createMachine();
    machine.write('leaves.sh', `sleep 600 & echo $! > "$HOME/left"; echo '${quiet}'`);
    expect((await machine.runner()).status).toBe(0);
    expect(await gone(machine.read('./left'))).toBe(true);
  });

  test('but not for output that ends a little later than the script', async () => {
    const machine = createMachine();
    machine.write('late.sh', `#!/bin/bash\n(sleep 0.2; echo '{"notify": false, "late": true}') &\n`);
    const [result] = JSON.parse((await machine.runner(['--json'])).out);
    expect(result.output).toEqual({ notify: false, late: true });
  });
});

describe('one script is never run twice at once', () => {
  test('by overlapping runs', async () => {
    const machine = createMachine();
    machine.write(
      'slow.sh',
      `mkdir "$HOME/in" || touch "$HOME/twice"; sleep 1; rmdir "$HOME/in"; echo x >> "$HOME/count"; echo '${quiet}'`,
    );
    const runs = await Promise.all([
      machine.runner(['-v']),
      machine.runner(['-v']),
      machine.runner(['-v']),
      machine.runner(['-v']),
    ]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0, 0, 0]);
    expect(existsSync(join(machine.home, 'twice'))).toBe(false);
    expect(machine.read('./count')).toBe('x\n');
    expect(runs.filter(({ out }) => out.includes('running already'))).toHaveLength(3);
  });

  test('nor one after the other by runs that overlap', async () => {
    const machine = createMachine();
    machine.write('a.sh', `touch "$HOME/began"; sleep 1; echo '${quiet}'`);
    machine.write('b.sh', `echo x >> "$HOME/count"; echo '${quiet}'`);
    const first = machine.runner(['--jobs', '1', '-v']);
    while (!existsSync(join(machine.home, 'began'))) await sleep(20);
    const second = await machine.runner(['--jobs', '1', '-v']);
    expect(second.out).toContain('a.sh: running already, another run has it in hand');
    expect((await first).out).toContain('b.sh: running already, another run came first');
    expect(machine.read('./count')).toBe('x\n');
  });

  test('and the lock of a run that was killed is taken over, its script ended', async () => {
    const machine = createMachine();
    machine.write('slow.sh', `echo $$ >> "$HOME/pids"; [ -e "$HOME/fast" ] || sleep 600; echo '${quiet}'`);
    const first = machine.start([]);
    while (!existsSync(join(machine.home, 'pids'))) await sleep(20);
    // The runner notes its script's process right after starting it.
    await sleep(200);
    first.kill('SIGKILL');
    await collect(first);
    machine.write('fast/x', '');
    const [left = ''] = machine.read('./pids').split('\n');
    expect(alive(left)).toBe(true);
    const runs = await Promise.all([machine.runner(['-v']), machine.runner(['-v'])]);
    expect(runs.map(({ status }) => status)).toEqual([0, 0]);
    expect(await gone(left)).toBe(true);
    expect(machine.names('locks')).toEqual([]);
  });

  test('nor does a stopped run leave its scripts, its locks, or a failure behind', async () => {
    const machine = createMachine();
    machine.write('slow.sh', `echo $$ > "$HOME/pid"; sleep 600`);
    const run = machine.start([]);
    const ended = collect(run);
    while (!existsSync(join(machine.home, 'pid'))) await sleep(20);
    await sleep(200);
    run.kill('SIGTERM');
    expect((await ended).status).toBe(143);
    expect(await gone(machine.read('./pid'))).toBe(true);
    expect(machine.names('locks')).toEqual([]);
    expect(machine.names('state')).toEqual([]);
  });
});

describe('surroundings that are not there', () => {
  test('no folder: a sentence and status 1; an empty one: silence', async () => {
    const machine = createMachine();
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    rmSync(machine.scripts, { recursive: true });
    const none = `notify-runner: There is no folder ${machine.scripts}: notify-runner init makes it.\n`;
    expect(await machine.runner()).toEqual({ status: 1, out: '', err: none });
  });

  test('no HOME: the account’s own; a wrong setting: status 2', async () => {
    const machine = createMachine();
    const environment = { HOME: undefined, NOTIFY_SCRIPTS_DIR: machine.scripts, NOTIFY_STATE_DIR: machine.state };
    machine.write('a.sh', `echo '${quiet}'`);
    expect(await machine.runner(['-v'], { environment })).toMatchObject({
      status: 0,
      // What takes longer than 0.1 s has its seconds behind it.
      out: expect.stringMatching(/^· a\.sh: nothing to say( \(\d+\.\d s\))?\n$/),
    });
    const wrong = await machine.runner([], { environment: { NOTIFY_SCRIPTS_DIR: 'scripts' } });
    expect(wrong).toEqual({
      status: 2,
      out: '',
      err: 'notify-runner: NOTIFY_SCRIPTS_DIR: scripts is not an absolute path.\n',
    });
  });

  test('a home that is a file', async () => {
    const machine = createMachine();
    machine.write('a.sh', `echo '${quiet}'`);
    const environment = { HOME: '/etc/passwd', NOTIFY_SCRIPTS_DIR: machine.scripts };
    const ran = await machine.runner([], { environment });
    expect(ran.status).toBe(1);
    expect(ran.err).toContain('its folder is not a folder (ENOTDIR)');
  });

  test('a script found in a run is judged by what it prints, not by what stays of its file', async () => {
    const machine = createMachine();
    machine.write('once.sh', `rm "$0"; echo '{"notify": true, "message": "x"}'`);
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
  });

  test('names that leave the folder, or that nobody has', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: false }));
    machine.write('a.py', 'print(1)');
    expect(await machine.runner(['run', '../a.sh'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('holds no "/"'),
    });
    expect(await machine.runner(['run', 'b'])).toMatchObject({
      status: 1,
      err: 'notify-runner: There is no script "b": notify-runner list shows what there is.\n',
    });
    expect(await machine.runner(['run', 'a'])).toMatchObject({
      status: 2,
      err: 'notify-runner: "a" is not clear: there are a.py and a.sh; give the ending too.\n',
    });
    expect(await machine.runner(['walk'])).toMatchObject({ status: 2 });
    expect(await machine.runner(['--jobs', '0'])).toMatchObject({ status: 2 });
  });
});
