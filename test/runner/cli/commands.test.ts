import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBot } from '../../support/running-bot.ts';
import { collect, createMachine, type Machine, prints } from '../support/machine.ts';
import { answering, startScriptedBot } from '../support/scripted-bot.ts';

const CHAT = 4711;

/** A crontab(1) that keeps its table in the home. */
const CRONTAB = `#!/bin/sh
if [ "$1" = -l ]; then [ -e "$HOME/tab" ] && cat "$HOME/tab" || { echo "no crontab for somebody" >&2; exit 1; }
else cat > "$HOME/tab"; fi
`;

function withCrontab(machine: Machine): Record<string, string> {
  machine.write('bin/crontab', CRONTAB, 0o755);
  return { PATH: `${join(machine.home, 'bin')}:/usr/bin:/bin` };
}

async function linked() {
  const bot = await startBot();
  onTestFinished(() => bot.stop());
  const machine = createMachine({ socketPath: bot.settings.socketPath });
  return { bot, machine };
}

describe('with a real bot', () => {
  test('a newcomer links by code, sends, runs a script, is told, and unlinks', async () => {
    const { bot, machine } = await linked();
    const { sandbox } = bot;
    expect(await machine.runner(['status'])).toEqual({ status: 0, out: 'Not linked: notify-runner link\n', err: '' });
    expect(await machine.runner(['link', '000000'])).toMatchObject({ status: 1, out: '' });
    expect(await machine.runner(['link', '12'])).toMatchObject({ status: 2 });
    sandbox.say(CHAT, '/start', { first_name: 'Ada' });
    const answer = await sandbox.waitFor((message) => /\b\d{6}\b/.test(message.text ?? ''), 10_000);
    const code = /\b\d{6}\b/.exec(answer.text ?? '')?.[0] ?? '';
    const done = await machine.runner(['link', `${code.slice(0, 3)} ${code.slice(3)}`]);
    expect(done).toEqual({ status: 0, out: 'Linked. Try: notify-runner send "Hello"\n', err: '' });
    expect((await machine.runner(['status'])).out).toMatch(/^Linked to Ada \(private\), since \d{4}-\d\d-\d\d\.\n$/);
    expect(JSON.parse((await machine.runner(['status', '--json'])).out)).toMatchObject({
      user: userInfo().username,
      linked: true,
      waiting: 0,
    });

    expect(await machine.runner(['send', '--title', 'Title', '*Hello*'])).toEqual({
      status: 0,
      out: 'Sent.\n',
      err: '',
    });
    await sandbox.waitFor(
      (message) => message.text?.includes('Hello') === true && message.text.includes('Title'),
      10_000,
    );

    machine.write(
      'picture.py',
      `import base64, json
open("p.png", "wb").write(base64.b64decode("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="))
print(json.dumps({"notify": True, "title": "Chart", "message": "see", "image_path": "~/p.png"}))`,
    );
    expect(await machine.runner(['run', 'picture'])).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('picture.py: sent'),
    });
    const photo = await sandbox.waitFor((message) => message.caption?.includes('Chart') === true, 10_000);
    expect(photo.media?.kind).toBe('photo');
    expect((await machine.runner(['run', 'picture'])).out).toMatch(/picture\.py: cooling down, (60m|1h) left/);

    expect(await machine.runner(['unlink'])).toMatchObject({ status: 0, err: '' });
    expect(await machine.runner(['send', 'x'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('notify-runner link'),
    });
  });

  test('a deep link is shown with its QR code, and the wait ends when it is opened', async () => {
    const { bot, machine } = await linked();
    while (!bot.logged.some((line) => line.includes('knows this bot'))) await sleep(20);
    const waiting = machine.start(['link']);
    const ended = collect(waiting);
    let out = '';
    waiting.stdout.on('data', (text) => {
      out += text;
    });
    while (!out.includes('Waiting')) await sleep(20);
    const token = /t\.me\/\w+\?start=(\S+)/.exec(out)?.[1] ?? '';
    expect(out).toMatch(/[▀▄█]{10}/);
    bot.sandbox.say(CHAT, `/start ${token}`);
    expect(await ended).toMatchObject({ status: 0, out: expect.stringMatching(/\nLinked\. Try/) });
    const again = JSON.parse((await machine.runner(['link', '--json'])).out);
    expect(again).toMatchObject({ url: expect.stringContaining('start='), expires_at: expect.any(String) });
    const more = await machine.runner(['link', '--no-wait']);
    expect(more).toMatchObject({ status: 0, out: expect.stringContaining('\nYou are linked already: ') });
    expect(more.out).toMatch(/Open this once, before \d\d:\d\d, on any device/);
  });
});

describe('send', () => {
  test('takes its text from the argument or standard input, and files', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath, answering(200, { ok: true, id: 'x', status: 'sent' }));
    await machine.runner(['send', '--plain', '--severity', 'low', '--silent', 'a_b'], {});
    await machine.runner(['send'], { input: 'from a pipe\n\n' });
    await machine.runner(['send', '-'], { input: 'from - too' });
    machine.write('r.csv/../r.csv', 'x;y');
    expect(
      (await machine.runner(['send', '--file', 'r.csv', '--image', 'r.csv', 'both'], { cwd: machine.home })).status,
    ).toBe(0);
    expect(bot.asked[0]?.body).toMatchObject({
      text: 'a_b',
      parse_mode: 'none',
      severity: 'low',
      silent: true,
      wait: 10_000,
    });
    expect(bot.asked.slice(1, 3).map(({ body }) => body.text)).toEqual(['from a pipe', 'from - too']);
    expect(bot.asked.slice(3).map(({ path }) => path)).toEqual(['/send_photo', '/send_document']);
    await machine.runner(['send', '--code'], { input: '  a *b*\n```\n' });
    expect(bot.asked.at(-1)?.body.text).toBe('````\n  a *b*\n```\n````');
    const json = await machine.runner(['send', '--json', 'x']);
    expect(JSON.parse(json.out)).toEqual({ ok: true, id: expect.any(String), status: 'sent' });
  });

  test('says what is wrong', async () => {
    const machine = createMachine();
    expect(await machine.runner(['send', ' '])).toMatchObject({
      status: 2,
      err: 'notify-runner: There is nothing to send: the text is empty.\n',
    });
    expect(await machine.runner(['send', '--file', '/nowhere'])).toMatchObject({
      status: 1,
      err: "notify-runner: The file /nowhere can't be sent: it is not there.\n",
    });
    expect(await machine.runner(['send', 'x'])).toMatchObject({
      status: 1,
      err: expect.stringContaining('Nobody answers'),
    });
    expect(await machine.runner(['send', '--severity', 'urgent', 'x'])).toMatchObject({ status: 2 });
    expect(machine.names('pending')).toEqual([]);
  });
});

describe('exec', () => {
  test('passes output, input, signals and exit status through, and tells how it ended', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner(['exec', '--', 'sh', '-c', 'cat; echo to err >&2; exit 7'], {
      input: 'from stdin\n',
    });
    expect(ran).toEqual({ status: 7, out: 'from stdin\n', err: 'to err\n' });
    expect(bot.asked[0]?.body).toMatchObject({
      title: '✗ sh -c cat; echo to err >&2; exit 7 failed',
      severity: 'high',
      text: expect.stringMatching(
        /^Exit code 7, after (\d+ ms|\d\.\d s)\.\n\n```\n(from stdin\nto err|to err\nfrom stdin)\n```$/,
      ),
    });
    await machine.runner(['exec', '--name', 'Backup', '--', 'true']);
    expect(bot.asked[1]?.body).toMatchObject({
      title: '✓ Backup is done',
      text: expect.stringMatching(/^Exit code 0, after/),
    });
    await machine.runner(['exec', '--only-failure', '--', 'true', '--json', '--help']);
    expect(bot.asked).toHaveLength(2);

    const long = machine.start([
      'exec',
      '--',
      'sh',
      '-c',
      'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done',
    ]);
    const ended = collect(long);
    await new Promise((resolve) => long.stdout.once('data', resolve));
    long.kill('SIGTERM');
    expect(await ended).toEqual({ status: 5, out: 'up\nbye\n', err: '' });
    expect((await machine.runner(['exec', '--', 'sh', '-c', 'kill -9 $$'])).status).toBe(137);
    expect(bot.asked.at(-1)?.body.text).toMatch(/^Ended by SIGKILL, after/);
    expect((await machine.runner(['logs', '-n', '1'])).out).toMatch(/ {2}exec sh -c kill -9 \$\$: status 137 \(/);
    expect(await machine.runner(['exec', '--', '/nowhere/cmd'])).toMatchObject({
      status: 127,
      err: expect.stringContaining('was not found'),
    });
  });

  test('keeps its status and its message while the bot is away', async () => {
    const machine = createMachine();
    const ran = await machine.runner(['exec', '--', 'sh', '-c', 'exit 3']);
    expect(ran).toMatchObject({ status: 3, err: expect.stringContaining('The next run tries again.') });
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked.map(({ body }) => body.title)).toEqual(['✗ sh -c exit 3 failed']);
  });
});

describe('list', () => {
  test('shows schedule, last run, result and what is left of the cooldown', async () => {
    const machine = createMachine();
    machine.write(
      'a.sh',
      `# notify: schedule="0 9 * * 1-5"\n${prints({ notify: true, message: 'x', cooldown: '6h' })}`,
    );
    machine.write('b.py', '# notify: shedule=x');
    machine.write('new.sh', '');
    await startScriptedBot(machine.socketPath);
    await machine.runner(['run', 'a']);
    const { out } = await machine.runner(['list']);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['NAME', 'SCHEDULE', 'LAST RUN', 'RESULT', 'COOLDOWN']);
    expect(rows[1]).toEqual([
      'a.sh',
      '0 9 * * 1-5',
      expect.stringMatching(/^just now$|^\d+s ago$/),
      'handed over',
      '6h',
    ]);
    expect(rows[2]?.slice(0, 3)).toEqual(['b.py', 'unreadable', 'never']);
    expect(rows[3]).toEqual(['new.sh', 'every run', 'never']);
    expect(JSON.parse((await machine.runner(['list', '--json'])).out)[0]).toEqual({
      name: 'a.sh',
      stem: 'a',
      schedule: '0 9 * * 1-5',
      last_run: expect.stringMatching(/Z$/),
      last_result: 'queued',
      cooldown_until: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      cooldown_left: '6h',
    });
  });
});

describe('init and doctor', () => {
  test('make folder, example and crontab line once, and find all well', async () => {
    const bot = await startBot();
    onTestFinished(() => bot.stop());
    await bot.link(userInfo().username, CHAT);
    const machine = createMachine({ socketPath: bot.settings.socketPath });
    const environment = withCrontab(machine);
    writeFileSync(join(machine.home, 'tab'), '0 5 * * * backup');
    const before = await machine.runner(['doctor'], { environment });
    expect(before.status).toBe(1);
    expect(before.out).toMatch(/✗ folder {2}.*holds no script\n {10}→ notify-runner init/);
    expect(before.out).toMatch(/✗ cron .*no line in your crontab runs notify-runner/);
    expect((await machine.runner(['init'], { environment })).status).toBe(0);
    const tab = readFileSync(join(machine.home, 'tab'), 'utf8');
    expect(tab.split('\n')).toEqual([
      '0 5 * * * backup',
      expect.stringMatching(/^\*\/5 \* \* \* \* NOTIFY_SOCKET=\/\S+ \/\S*node \/\S+notify-runner\.cjs$/),
      '',
    ]);
    expect((await machine.runner(['init'], { environment })).status).toBe(0);
    expect(readFileSync(join(machine.home, 'tab'), 'utf8')).toBe(tab);
    const after = await machine.runner(['doctor'], { environment });
    expect(after.out.match(/^✗.*$/gm)).toBeNull();
    expect(after.status).toBe(0);
    const findings: { check: string }[] = JSON.parse((await machine.runner(['doctor', '--json'], { environment })).out);
    expect(findings.map(({ check }) => check)).toEqual([
      'node',
      'python',
      'folder',
      'state',
      'socket',
      'link',
      'cron',
      'clock',
    ]);
    expect((await machine.runner(['run', 'hello'])).out).toContain('hello.py: sent');
  });

  test('go on without cron, and say what to do', async () => {
    const machine = createMachine();
    machine.write('bin/python3', '#!/bin/sh\necho Python 3.11', 0o755);
    const environment = { PATH: join(machine.home, 'bin') };
    const made = await machine.runner(['init'], { environment });
    expect(made).toMatchObject({
      status: 1,
      err: expect.stringContaining('Else have this run every five minutes: '),
    });
    expect(existsSync(join(machine.scripts, 'hello.py'))).toBe(true);
    const { out } = await machine.runner(['doctor'], { environment });
    expect(out).toContain('✗ socket  Nobody answers');
    expect(out).toMatch(/✗ cron /);
  });
});

describe('logs', () => {
  test('show the end, and follow what is added through a rotation', async () => {
    const machine = createMachine();
    machine.write('a.sh', 'echo trouble >&2; exit 1');
    await startScriptedBot(machine.socketPath);
    expect((await machine.runner(['logs'])).err).toContain('the log is empty');
    await machine.runner();
    expect((await machine.runner(['logs'])).out).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}WARN {2}a\.sh: failed: exit code 1 \(trouble\) \(0\.\d+ s\)\n {4}trouble\n$/,
    );
    const follow = machine.start(['logs', '-f', '-n', '0', '--json']);
    const ended = collect(follow);
    await sleep(500);
    await machine.runner();
    await sleep(600);
    const log = join(machine.state, 'logs/runner.log');
    writeFileSync(log, `${readFileSync(log, 'utf8')}${'x'.repeat(1_000_000)}\n`);
    await machine.runner();
    await sleep(1000);
    follow.kill('SIGINT');
    const { status, out } = await ended;
    expect(status).toBe(0);
    expect(out.split('\n').filter((line) => line.includes('"script":"a.sh"'))).toHaveLength(2);
    expect(machine.names('logs')).toEqual(['runner.log', 'runner.log.1']);
  });
});

describe('for other programs', () => {
  test('notify-scripts lists, runs and answers in JSON', async () => {
    const machine = createMachine();
    machine.write(
      'rev.py',
      'import json\nprint("chatter")\nprint(json.dumps({"notify": True, "message": "x", "extra": [1]}))',
    );
    machine.write('bad.sh', 'echo why >&2; exit 2');
    const list = async () => JSON.parse((await machine.program('notify-scripts', ['list'])).out);
    expect(await list()).toEqual([
      { name: 'bad.sh', stem: 'bad', last_run: null },
      { name: 'rev.py', stem: 'rev', last_run: null },
    ]);
    const ran = await machine.program('notify-scripts', ['run', 'rev']);
    expect(ran).toEqual({ status: 0, out: '{"notify":true,"message":"x","extra":[1]}\n', err: '' });
    expect((await list())[1].last_run).toMatch(/^just now$|^\d+s ago$/);
    expect(await machine.program('notify-scripts', ['run', 'bad.sh'])).toEqual({
      status: 1,
      out: '{"error":"bad.sh: Exit code 2 (why)."}\n',
      err: '',
    });
    expect(await machine.program('notify-scripts', ['run', '../rev.py'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\{"error":".*holds no/),
    });
    expect(await machine.program('notify-scripts', ['run', 'none'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\{"error":"There is no script/),
    });
    expect(await machine.program('notify-scripts', ['run'])).toMatchObject({ status: 2, out: '' });
    expect(machine.names('pending')).toEqual([]);
    expect(machine.names('state')).toEqual([]);
  });

  test('every program has --help and --version', async () => {
    const machine = createMachine();
    for (const name of ['notify-runner', 'notify-scripts'] as const) {
      expect(await machine.program(name, ['--version'])).toEqual({ status: 0, out: '1.2.3\n', err: '' });
      expect((await machine.program(name, ['--help'])).out).toContain(`Usage: ${name}`);
    }
  });

  test.each(['bash', 'zsh', 'fish'])('%s completes every command', async (shell) => {
    const machine = createMachine();
    const { status, out } = await machine.runner(['completion', shell]);
    expect(status).toBe(0);
    for (const command of ['run', 'list', 'link', 'unlink', 'status', 'send', 'exec', 'init', 'logs', 'doctor']) {
      expect(out).toMatch(new RegExp(`\\b${command}\\b`));
    }
  });

  test('a dry run shows what would be sent, and remembers nothing', async () => {
    const machine = createMachine();
    machine.write(
      'a.sh',
      prints({ notify: true, title: 'T', message: 'one\ntwo', severity: 'high', cooldown: '0', image_path: 'x.png' }),
    );
    const ran = await machine.runner(['run', 'a', '--dry-run']);
    expect(ran).toEqual({
      status: 0,
      out: '→ a.sh: would be sent\n    T\n    one\n    two\n    (image x.png, severity high, cooldown none)\n',
      err: '',
    });
    for (const folder of ['state', 'pending', 'runs', 'logs']) expect(machine.names(folder)).toEqual([]);
  });
});

test('what a run leaves is private to its user', async () => {
  const machine = createMachine();
  machine.write('a.sh', prints({ notify: true, message: 'x' }));
  await machine.runner();
  for (const folder of ['pending', 'logs', 'runs', 'locks'])
    expect(statSync(join(machine.state, folder)).mode & 0o077).toBe(0);
});
