/** What deployment does without systemd: messages, refusals, and checks that change nothing. */
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const scripts = join(root, 'scripts');
const work = mkdtempSync(join(tmpdir(), 'deploy-test-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const TOKEN = '123456:NOT-A-REAL-TOKEN-abcdefghijklmnop';
const isRoot = process.getuid?.() === 0;

interface Result {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a script with nothing of this process's environment but the PATH. */
function run(command: string, args: readonly string[], environment: Record<string, string> = {}): Result {
  const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', ...environment };
  const { status, stdout, stderr } = spawnSync(command, args, { env, encoding: 'utf8', input: '' });
  return { status, out: stdout, err: stderr };
}

const deploy = (args: readonly string[], environment?: Record<string, string>) =>
  run(join(scripts, 'deploy.sh'), args, environment);

/** Every file below a folder with its size and time. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => {
      const { size, mtimeMs, mode } = statSync(join(folder, name));
      return `${name} ${size} ${mtimeMs} ${mode}`;
    })
    .sort();
}

/** Whether a command is there. */
const has = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

/** Puts other names into a file of systemd/. */
function withNames(file: string, environment: Record<string, string> = {}): string {
  return run(
    'bash',
    [
      '-euc',
      '. scripts/deploy/release-layout.sh; use_default_names; with_names "$1"',
      'bash',
      join(root, 'systemd', file),
    ],
    {
      PWD: root,
      ...environment,
    },
  ).out;
}

describe('the shell scripts', () => {
  const files = readdirSync(scripts, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.sh') || dirname(name).endsWith('debian'))
    .map((name) => ({ name, text: readFileSync(join(scripts, name), 'utf8') }));
  const isProgram = ({ text }: { text: string }) => text.startsWith('#!');

  test('pass shellcheck', ({ skip }) => {
    skip(!has('shellcheck'), 'shellcheck is not installed');
    const programs = files.filter(isProgram).map(({ name }) => join(scripts, name));
    const result = run('shellcheck', ['--external-sources', '--check-sourced', ...programs]);
    expect(result).toEqual({ status: 0, out: '', err: '' });
    // The launcher's last lines are JavaScript.
    const [shell = ''] = readFileSync(join(scripts, '../src/runner/launcher.sh'), 'utf8').split('\n*/\n');
    const launcher = join(work, 'launcher.sh');
    writeFileSync(launcher, shell);
    expect(run('shellcheck', [launcher])).toEqual({ status: 0, out: '', err: '' });
  });

  test('that are no programs are parts of deploy.sh', () => {
    const parts = files.filter((file) => !isProgram(file)).map(({ name }) => name);
    const sourced = readFileSync(join(scripts, 'deploy.sh'), 'utf8').matchAll(/^\. "\$parts\/(.*)"$/gm);
    expect([...sourced].map(([, name]) => `deploy/${name}`).sort()).toEqual(parts.sort());
  });
});

describe('deploy.sh', () => {
  test('--help lists its options and names', () => {
    const { status, out, err } = deploy(['--help']);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    for (const word of ['--dry-run', '--uninstall', '--purge', 'TELEGRAM_BOT_TOKEN', 'BOT_USER', 'DATA_DIR']) {
      expect(out).toContain(word);
    }
  });

  test.each([
    ['an unknown option', ['--fast'], {}, 'There is no option --fast; --help lists them.'],
    ['--purge alone', ['--purge'], {}, '--purge goes with --uninstall only.'],
    ['--yes alone', ['--uninstall', '--yes'], {}, '--yes goes with --purge only.'],
    [
      'a user of a strange name',
      ['--dry-run'],
      { BOT_USER: 'a b' },
      'BOT_USER: a b is not a name for a user or group.',
    ],
    ['root as the user', ['--dry-run'], { BOT_USER: 'root' }, 'BOT_USER: the service does not run as root.'],
    [
      'an open data folder',
      ['--dry-run'],
      { DATA_MODE: '0777' },
      'DATA_MODE: 0777 is not a mode that keeps everybody else out, such as 0750.',
    ],
    [
      'a folder that would take too much with it',
      ['--dry-run'],
      { PREFIX: '/opt' },
      'PREFIX: /opt is not an absolute path of two names or more, in plain letters, and without a slash at its end.',
    ],
    [
      'a way out of a folder',
      ['--dry-run'],
      { DATA_DIR: '/data/../etc' },
      'DATA_DIR: /data/../etc is not an absolute path of two names or more, in plain letters, and without a slash at its end.',
    ],
  ])('refuses %s in one sentence', (_what, args, environment, sentence) => {
    expect(deploy(args, environment)).toEqual({ status: 2, out: '', err: `deploy.sh: ${sentence}\n` });
  });

  test('refuses a token that is none without repeating it', () => {
    const { status, out, err } = deploy(['--dry-run'], { TELEGRAM_BOT_TOKEN: 'hunter2' });
    expect({ status, out }).toEqual({ status: 2, out: '' });
    expect(err).toBe('deploy.sh: TELEGRAM_BOT_TOKEN is not a token such as 123456789:AAF… from @BotFather.\n');
  });

  test('refuses anybody but root', ({ skip }) => {
    skip(isRoot && !has('setpriv'), 'setpriv is not installed');
    const script = join(scripts, 'deploy.sh');
    // The user nobody may have no access to the checkout, so it runs a copy.
    const copy = join(work, 'plain');
    execFileSync('sh', ['-c', 'mkdir -p "$1" && cp -r "$2" "$1" && chmod -R a+rX "$3"', 'sh', copy, scripts, work]);
    const result = isRoot
      ? run('setpriv', ['--reuid=65534', '--regid=65534', '--clear-groups', join(copy, 'scripts/deploy.sh')])
      : run(script, []);
    expect(result).toEqual({ status: 1, out: '', err: 'deploy.sh: Only root can do this: sudo scripts/deploy.sh\n' });
  });

  test('--dry-run reports all findings at once, never the token, and changes nothing', () => {
    const server = join(work, 'server');
    mkdirSync(join(server, 'data'), { recursive: true });
    mkdirSync(join(server, 'bin'));
    writeFileSync(join(server, 'data/telegram_users.json'), '{}');
    writeFileSync(join(server, 'bin/notify-bot'), 'somebody else’s');
    const before = listing(server);
    const { status, out, err } = deploy(['--dry-run'], {
      TELEGRAM_BOT_TOKEN: TOKEN,
      PREFIX: join(server, 'opt'),
      BIN_DIR: join(server, 'bin'),
      DATA_DIR: join(server, 'data'),
      DOCS_DIR: join(server, 'docs'),
      SOCKET: join(server, 'run/bot.sock'),
      DOCS_GROUP: 'no-such-group',
    });
    expect(status).toBe(1);
    expect(out).toContain(`WRONG  ${join(server, 'bin/notify-bot')} is there and is not from deploy.sh`);
    expect(out).toContain(`WRONG  ${join(server, 'data')} belongs to `);
    expect(out).toContain('WRONG  DOCS_GROUP: there is no group no-such-group.');
    expect(err).toMatch(/^deploy\.sh: \d+ things stand in the way; nothing was changed\.\n$/);
    expect(out + err).not.toContain(TOKEN.slice(10));
    expect(listing(server)).toEqual(before);
  });

  test.each([
    ['that is nowhere', '/nowhere/node', 'NODE: /nowhere/node is no program.'],
    ['without a path', 'node', 'NODE: node is not an absolute path.'],
  ])('a Node %s is one finding, not one about the build too', (_what, NODE, sentence) => {
    const { out } = deploy(['--dry-run'], { NODE, PREFIX: join(work, 'nowhere/opt') });
    expect(out).toContain(`WRONG  ${sentence}\n`);
    expect(out).not.toContain('does not start here');
  });

  test('a file of an older installation that the service could not read is found first', ({ skip }) => {
    skip(!isRoot || !has('setpriv'), 'only root can look with another’s eyes');
    const data = join(work, 'older/data');
    mkdirSync(data, { recursive: true });
    for (const [name, mode] of [
      ['telegram_users.json', 0o600],
      ['pending_codes.json', 0o644],
    ] as const) {
      writeFileSync(join(data, name), '{}', { mode });
    }
    execFileSync('sh', ['-c', 'chown nobody:nogroup "$1" && chmod a+x "$2"', 'sh', data, work]);
    const names = { BOT_USER: 'nobody', BOT_GROUP: 'nogroup', DATA_DIR: data, PREFIX: join(work, 'nowhere/opt') };
    const { out } = deploy(['--dry-run'], { TELEGRAM_BOT_TOKEN: TOKEN, ...names });
    expect(out).toContain(`WRONG  ${join(data, 'telegram_users.json')} can't be read by nobody: chown nobody:nogroup `);
    expect(out).not.toContain('pending_codes.json');
  });

  test('--uninstall --dry-run finds nothing where nothing is', () => {
    const PREFIX = join(work, 'nowhere/opt');
    expect(deploy(['--uninstall', '--dry-run'], { PREFIX })).toEqual({
      status: 0,
      out: 'Nothing is installed; nothing to do.\n',
      err: '',
    });
  });
});

describe('what deploy.sh checks of the disk and of the build', () => {
  /** A built tree, whose program is this text. */
  function builtTree(name: string, program: string): string {
    const tree = join(work, name);
    for (const folder of ['dist', 'node_modules/koffi', 'node_modules/@resvg/resvg-js'])
      mkdirSync(join(tree, folder), { recursive: true });
    execFileSync('cp', ['-r', scripts, tree]);
    writeFileSync(join(tree, 'package.json'), '{\n  "version": "9.9.9",\n  "type": "module"\n}\n');
    for (const file of [
      'notify-actor.cjs',
      'notify-actor-runner.cjs',
      'notify-runner',
      'notify-runner.cjs',
      'notify-scripts.cjs',
      'notify-web.js',
    ])
      writeFileSync(join(tree, 'dist', file), '');
    writeFileSync(join(tree, 'dist/notify-bot.js'), program);
    return tree;
  }
  const NAMES = { PREFIX: join(work, 'nowhere/opt'), TELEGRAM_BOT_TOKEN: TOKEN };
  const dryRun = (tree: string, environment: Record<string, string> = {}) =>
    run('bash', [join(tree, 'scripts/deploy.sh'), '--dry-run'], { ...NAMES, ...environment }).out;

  test.each([
    ['that throws', 'throw new TypeError("no such thing");\n', 'TypeError: no such thing'],
    [
      'with a missing module',
      'import "nb-nowhere";\n',
      "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'nb-nowhere'",
    ],
    ['that is no JavaScript', 'let let = (\n', 'SyntaxError: '],
    ['that says why itself', 'console.error("notify-bot: no."); process.exit(1);\n', 'notify-bot: no.'],
    ['that ends silently', 'process.exit(3);\n', 'it ended with status 3'],
    [
      'that a signal ends',
      'process.kill(process.pid, "SIGILL"); setInterval(() => {}, 1000);\n',
      'signal ILL ended it',
    ],
  ])('a build %s is refused with the cause', (what, program, cause) => {
    const out = dryRun(builtTree(`build ${what}`, program));
    expect(out).toContain(`does not start here: ${cause}`);
    expect(out).not.toMatch(/start here: Node\.js v/);
  });

  test('CDPATH leads nowhere else', () => {
    const tree = builtTree('cdpath', 'process.exit(3);\n');
    const elsewhere = join(work, 'elsewhere');
    mkdirSync(join(elsewhere, 'scripts'), { recursive: true });
    const { out } = run('bash', ['-c', 'cd "$1" && exec bash scripts/deploy.sh --dry-run', 'bash', tree], {
      ...NAMES,
      CDPATH: elsewhere,
    });
    expect(out).toContain(`The build in ${tree}/dist does not start here`);
  });

  test('a folder that the service could not enter is found, with a command that works', ({ skip }) => {
    skip(!isRoot || !has('setpriv'), 'only root can look with another’s eyes');
    const locked = join(work, 'locked');
    mkdirSync(join(locked, 'opt'), { recursive: true });
    execFileSync('chmod', ['0755', work]);
    execFileSync('chmod', ['0700', locked]);
    const out = dryRun(builtTree('way', 'process.exit(3);\n'), { PREFIX: join(locked, 'opt/notify-bot') });
    expect(out).toContain(`WRONG  ${locked}/opt/notify-bot: everybody has to enter ${locked}: chmod o+x ${locked}\n`);
    execFileSync('sh', ['-c', /(chmod o\+x .*)/.exec(out)?.[1] ?? 'false']);
    expect(dryRun(join(work, 'way'), { PREFIX: join(locked, 'opt/notify-bot') })).not.toContain('has to enter');
  });

  test('paths in commands are quoted', ({ skip }) => {
    skip(!isRoot || !has('setpriv'), 'only root can look with another’s eyes');
    const data = join(work, 'quoted/data');
    mkdirSync(data, { recursive: true });
    writeFileSync(join(data, "it's mine.json"), '{}', { mode: 0o600 });
    execFileSync('sh', ['-c', 'chown nobody:nogroup "$1" && chmod a+x "$2"', 'sh', data, work]);
    const names = { BOT_USER: 'nobody', BOT_GROUP: 'nogroup', DATA_DIR: data };
    const out = dryRun(builtTree('quotes', 'process.exit(3);\n'), names);
    const command = /can't be read by nobody: (chown .*)/.exec(out)?.[1] ?? 'false';
    execFileSync('sh', ['-c', command]);
    expect(statSync(join(data, "it's mine.json")).mode & 0o777).toBe(0o660);
  });

  test('a checkout on a noexec disk deploys, a PREFIX there does not', ({ skip }) => {
    const mounts =
      spawnSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', '-o', 'noexec', 'tmpfs', '/mnt']).status === 0;
    skip(!isRoot || !mounts, 'only root can mount');
    const tree = builtTree('noexec', 'console.log("9.9.9");\n');
    const place = join(work, 'disk');
    mkdirSync(place);
    const script = 'mount -t tmpfs -o noexec tmpfs "$1" && cp -r "$2"/. "$1" && shift 2 && exec "$@"';
    const onDisk = (environment: Record<string, string>) =>
      run(
        'unshare',
        ['--mount', 'sh', '-c', script, 'sh', place, tree, 'bash', join(place, 'scripts/deploy.sh'), '--dry-run'],
        { ...NAMES, ...environment },
      ).out;
    // The tree has no machine code at all, so the programs of a disk that allows them would be refused.
    expect(dryRun(tree)).toContain('does not start here');
    expect(onDisk({})).toContain('ok     the build of 9.9.9');
    expect(onDisk({ PREFIX: join(place, 'opt/notify-bot') })).toContain(
      'is on a disk that is mounted noexec, so no program starts there',
    );
  });
});

describe('what makes deploy.sh go back', () => {
  const serious = (reasons: readonly string[], before = '') =>
    run('bash', [
      '-euc',
      '. "$1/report.sh"; . "$1/install/health.sh"; reasons_before=$(alike <<<"$3"); serious_reason "$2"',
      'bash',
      join(scripts, 'deploy'),
      reasons.join('\n'),
      before,
    ]).out;

  test.each([
    ['nothing', [], ''],
    ['an account service that is away', ['accounts The host’s accounts can’t be read now.'], ''],
    ['Telegram that is away', ['telegram Telegram is away: no answer.'], ''],
    ['a broken file', ['accounts x', 'files mutes.json cannot be read.'], 'mutes.json cannot be read.'],
    ['a reason of a release without areas', ['- mutes.json cannot be read.'], 'mutes.json cannot be read.'],
  ])('%s', (_what, reasons, expected) => {
    expect(serious(reasons)).toBe(expected);
  });

  test('what was there before, with other numbers, does not', () => {
    expect(serious(['queue The outbox is full: 17 messages wait.'], 'The outbox is full: 5 messages wait.')).toBe('');
  });

  test('the reasons of a running service come with what they concern', async () => {
    const path = join(work, 'health.sock');
    const body = { bot: 'n_bot', reasons: ['A\nB.'], problems: [{ area: 'files', reason: 'A\nB.' }] };
    const server = createServer((_, response) => response.writeHead(503).end(JSON.stringify(body))).listen(path);
    await once(server, 'listening');
    const { stdout } = await promisify(execFile)(process.execPath, [join(scripts, 'deploy/install/health.js'), path]);
    server.close();
    expect(stdout).toBe('503 n_bot\nfiles A B.\n');
  });
});

describe('the files in systemd/', () => {
  const files = readdirSync(join(root, 'systemd'));

  test('get other names for users, groups and folders', () => {
    const names = {
      BOT_USER: 'deploy',
      BOT_GROUP: 'data-ops',
      DATA_DIR: '/srv/notifications',
      DATA_MODE: '2770',
      SOCKET: '/run/gateway/api.sock',
      BIN_DIR: '/opt/bin',
      RELEASE_DIR: '/opt/gateway/current',
      NODE: '/opt/node/bin/node',
    };
    const service = withNames('notify-bot.service', names);
    for (const line of [
      'User=deploy',
      'Group=data-ops',
      'ReadWritePaths=/srv/notifications',
      'RequiresMountsFor=/srv/notifications',
      'ExecStart=/opt/bin/notify-bot',
    ]) {
      expect(service.split('\n')).toContain(line);
    }
    expect(withNames('notify-bot.socket', names)).toContain('ListenStream=/run/gateway/api.sock\n');
    expect(withNames('notify-actor.socket', names)).toContain('SocketUser=deploy\n');
    const actor = withNames('notify-actor@.service', names);
    expect(actor).toContain('ExecStart=/opt/node/bin/node /opt/gateway/current/dist/notify-actor.cjs\n');
    expect(actor).toContain('Environment=NOTIFY_BOT_USER=deploy\n');
    expect(actor).toMatch(/^InaccessiblePaths=.*-\/srv\/notifications /m);
    expect(withNames('notify-bot.tmpfiles', names)).toContain('d /srv/notifications 2770 deploy data-ops -\n');
    expect(withNames('notify-bot.logrotate', names)).toContain('su deploy data-ops\n');
    for (const file of files) expect(withNames(file, names)).not.toContain('/data/notifications');
  });

  test('stay as they are without other names, but for the actor’s', () => {
    for (const file of files.filter((name) => !name.startsWith('notify-actor@'))) {
      expect(withNames(file)).toBe(readFileSync(join(root, 'systemd', file), 'utf8'));
    }
  });

  test('notify-bot.env names every setting that deploy.sh knows', () => {
    const script = readFileSync(join(scripts, 'deploy/checks/settings.sh'), 'utf8');
    const known = /^SETTINGS='(.*)'$/m.exec(script)?.[1]?.split(' ') ?? [];
    const template = readFileSync(join(root, 'systemd/notify-bot.env'), 'utf8');
    const shown = [...template.matchAll(/^#([A-Z_]+)=/gm)].map(([, name]) => name);
    expect([...known, 'NOTIFY_DATA_DIR', 'NOTIFY_SOCKET'].sort()).toEqual(shown.sort());
  });
});

describe('crontabs that call a program that is gone', () => {
  /** What the functions say about a computer whose root is a folder. */
  function sentence(tables: Readonly<Record<string, string | Buffer>>, shell: string): string {
    const folder = mkdtempSync(join(work, 'crontabs-'));
    for (const [name, table] of Object.entries(tables)) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, table);
    }
    const options = shell === 'bash' ? ['--norc', '-euo', 'pipefail', '-c'] : ['-euc'];
    // This computer may have a notify-runner of its own in /usr/local/bin.
    const script = `PATH=/usr/bin:/bin; . ${join(scripts, 'deploy/crontabs.sh')}; stale_sentence "$1"`;
    const { status, out, err } = run(shell, [...options, script, shell, folder]);
    expect({ status, err }).toEqual({ status: 0, err: '' });
    return out;
  }
  const spool = 'var/spool/cron/crontabs';

  test.each(['sh', 'bash'])('are counted and named by %s', (shell) => {
    const tables = {
      [`${spool}/ann`]: '*/5 * * * * NOTIFY_SOCKET=/a /usr/bin/env /gone/notify-runner\n',
      [`${spool}/ben`]: '# */5 * * * * /gone/notify-runner\n*/5 * * * * /gone/backup\n',
      [`${spool}/cleo`]: Buffer.from(
        '# M\xfcll\n*/5 * * * * /gone/bin/node /bin/true/../notify-runner.cjs >/x',
        'latin1',
      ),
      [`${spool}/dan`]: "0 2 * * * '/gone/notify-runner' exec -- backup\n* * * * * /gone/notify-runner\n",
      'etc/crontab': '*/5 * * * * eve notify-runner\n',
      'etc/cron.d/other': '*/5 * * * * root /bin/true\n',
    };
    expect(sentence(tables, shell)).toBe(
      'Crontabs or timers that call a notify-runner that is gone: 4 (/etc/crontab, ann, cleo, dan).\n',
    );
  });

  test.each(['sh', 'bash'])('are none where the programs are there, or where there is no cron, for %s', (shell) => {
    const runner = join(work, 'notify-runner');
    writeFileSync(runner, '', { mode: 0o755 });
    expect(sentence({ [`${spool}/ann`]: `*/5 * * * * A=/b node ${runner} --jobs 2\n` }, shell)).toBe('');
    expect(sentence({ 'etc/hosts': 'x' }, shell)).toBe('');
  });

  test.each(['sh', 'bash'])('are found in a home, and by the PATH of the crontab, by %s', (shell) => {
    const home = mkdtempSync(join(work, 'home-'));
    const own = join(home, 'bin');
    mkdirSync(own);
    writeFileSync(join(own, 'notify-runner'), '', { mode: 0o755 });
    const programs = [
      '~/bin/notify-runner',
      '"$HOME/bin/notify-runner"',
      `$\{HOME}/bin/notify-runner exec -- x`,
      'notify-runner',
    ];
    const tables = (head: string) =>
      Object.fromEntries(programs.map((program, at) => [`${spool}/user${at}`, `${head}\n@daily A=1 ${program}\n`]));
    expect(sentence(tables(`HOME = "${home}"\nPATH=${own}:/usr/bin`), shell)).toBe('');
    rmSync(join(own, 'notify-runner'));
    symlinkSync('/gone/notify-runner', join(own, 'notify-runner'));
    expect(sentence(tables(`HOME = "${home}"\nPATH=${own}:/usr/bin`), shell)).toMatch(
      /: 4 \(user0, user1, user2, user3\)/,
    );
    expect(sentence({ [`${spool}/root`]: '@daily ~/no-such/bin/notify-runner\n' }, shell)).toMatch(/: 1 \(root\)/);
    expect(sentence({ [`${spool}/ann`]: '@daily /gone/notify-scripts run a\n' }, shell)).toMatch(/: 1 \(ann\)/);
  });

  test('are counted beyond twenty', () => {
    const names = Array.from({ length: 25 }, (_, number) => `user${String(number).padStart(2, '0')}`);
    const tables = Object.fromEntries(names.map((name) => [`${spool}/${name}`, '@daily /gone/notify-runner\n']));
    expect(sentence(tables, 'sh')).toMatch(/: 25 \(user00, .*, user19 and 5 more\)\.\n$/);
  });
});

test('the Debian package holds what it promises', { timeout: 120_000 }, ({ skip }) => {
  skip(!has('dpkg-deb'), 'dpkg-deb is not installed');
  const built = run(join(scripts, 'deploy/debian/package-deb.sh'), ['--no-build', `--into=${work}/deb`]);
  expect(built).toMatchObject({ status: 0 });
  const file = built.out.trim().split('\n').at(-1) ?? '';
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const architecture = execFileSync('dpkg', ['--print-architecture'], { encoding: 'utf8' }).trim();
  expect(file).toBe(join(work, 'deb', `notify-bot_${version}_${architecture}.deb`));

  const field = (name: string) => execFileSync('dpkg-deb', ['-f', file, name], { encoding: 'utf8' }).trim();
  expect(field('Package')).toBe('notify-bot');
  expect(field('Version')).toBe(version);
  expect(field('Architecture')).toBe(architecture);
  expect(field('Depends')).toContain('nodejs (>= 20.19)');

  const lines = execFileSync('dpkg-deb', ['-c', file], { encoding: 'utf8' }).trim().split('\n');
  const found = new Map(lines.map((line) => [line.split(/\s+/)[5] ?? '', line]));
  for (const line of lines) expect(line).toMatch(/^\S+ root\/root /);
  for (const path of [
    'etc/logrotate.d/notify-bot',
    'usr/bin/notify-bot',
    'usr/bin/notify-runner',
    'usr/bin/notify-scripts',
    'usr/bin/notify-web',
    'usr/lib/notify-bot/dist/notify-actor.cjs',
    'usr/lib/notify-bot/dist/notify-bot.js',
    'usr/lib/notify-bot/node_modules/koffi/package.json',
    'usr/lib/notify-bot/node_modules/@resvg/resvg-js/index.js',
    'usr/lib/systemd/system/notify-actor.socket',
    'usr/lib/systemd/system/notify-actor@.service',
    'usr/lib/systemd/system/notify-bot.service',
    'usr/lib/systemd/system/notify-bot.socket',
    'usr/lib/systemd/system/notify-web.service',
    'usr/lib/sysusers.d/notify-bot.conf',
    'usr/lib/sysusers.d/notify-web.conf',
    'usr/lib/tmpfiles.d/notify-bot.conf',
    'usr/share/bash-completion/completions/notify-runner',
    'usr/share/doc/notify-bot/changelog.gz',
    'usr/share/doc/notify-bot/copyright',
    'usr/share/doc/notify-bot/examples/notifications/revenue_drop.py',
    'usr/share/doc/notify-bot/notifications.md',
    'usr/share/fish/vendor_completions.d/notify-runner.fish',
    'usr/share/man/man1/notify-bot.1.gz',
    'usr/share/man/man1/notify-runner.1.gz',
    'usr/share/man/man1/notify-scripts.1.gz',
    'usr/share/man/man1/notify-web.1.gz',
    'usr/share/zsh/vendor-completions/_notify-runner',
  ]) {
    expect([...found.keys()]).toContain(`./${path}`);
  }
  expect([...found.keys()].filter((path) => path.endsWith('.map') || path.includes('/musl_'))).toEqual([]);

  // Unpacked elsewhere, the programs start and find the packages they need.
  const tree = join(work, 'unpacked');
  execFileSync('dpkg-deb', ['-x', file, tree]);
  const bot = run(process.execPath, [join(tree, 'usr/bin/notify-bot'), '--version']);
  expect(bot).toEqual({ status: 0, out: `${version}\n`, err: '' });
  const runner = run(process.execPath, [join(tree, 'usr/bin/notify-runner'), '--version']);
  expect(runner).toEqual({ status: 0, out: `${version}\n`, err: '' });
  const load =
    'const r = require("node:module").createRequire(process.argv[1]); r("koffi").load(null); r("@resvg/resvg-js");';
  expect(run(process.execPath, ['-e', load, join(tree, 'usr/lib/notify-bot/dist/x.js')])).toMatchObject({ status: 0 });
  for (const name of ['notify-bot.js', 'notify-runner.cjs', 'notify-scripts.cjs', 'notify-actor.cjs']) {
    expect(readFileSync(join(tree, 'usr/lib/notify-bot/dist', name), 'utf8').split('\n')[0]).toBe('#!/usr/bin/node');
  }
  const unit = readFileSync(join(tree, 'usr/lib/systemd/system/notify-bot.service'), 'utf8');
  expect(unit).toContain('ExecStart=/usr/bin/notify-bot\n');

  execFileSync('dpkg-deb', ['-e', file, join(work, 'control')]);
  expect(readFileSync(join(work, 'control/conffiles'), 'utf8')).toBe('/etc/logrotate.d/notify-bot\n');
  for (const name of ['preinst', 'postinst', 'prerm', 'postrm']) {
    expect(statSync(join(work, 'control', name)).mode & 0o777).toBe(0o755);
    expect(run('sh', ['-n', join(work, 'control', name)])).toMatchObject({ status: 0, err: '' });
  }
  expect(readFileSync(join(work, 'control/postrm'), 'utf8')).toContain('\nstale_sentence() {');
});
