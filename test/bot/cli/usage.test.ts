import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startSandbox } from '../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { httpProxy, socksProxy } from '../../support/network/proxies.ts';
import { bundledProgram, settingsFor } from './program.ts';

const program = bundledProgram();
const ONE_SENTENCE = /^notify-bot: [^\n]+\.\n$/;

describe('notify-bot', () => {
  test('--help lists every command, status 0', async () => {
    const { status, out, err } = await program.run(['--help']);
    expect([status, err]).toEqual([0, '']);
    for (const command of ['doctor', 'links', 'queue', 'failed', 'unlink', 'retry', 'demo']) {
      expect(out).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
  });

  test.each(['doctor', 'links', 'queue', 'failed', 'unlink', 'retry', 'demo'])(
    '%s --help explains itself, status 0',
    async (command) => {
      const { status, out, err } = await program.run([command, '--help']);
      expect([status, err]).toEqual([0, '']);
      expect(out).toMatch(new RegExp(`^Usage: notify-bot ${command} `));
    },
  );

  test('help is a command too, status 0; of what is none it is wrong usage', async () => {
    expect(await program.run(['help'])).toEqual(await program.run(['--help']));
    expect(await program.run(['help', 'links'])).toEqual(await program.run(['links', '--help']));
    const { status, out, err } = await program.run(['help', 'linkz']);
    expect([status, out]).toEqual([2, '']);
    expect(err).toBe('notify-bot: there is no command linkz; did you mean links? Try notify-bot --help.\n');
  });

  test('--version prints the package’s version, status 0', async () => {
    const { version } = JSON.parse(await readFile(join(import.meta.dirname, '../../../package.json'), 'utf8'));
    expect(await program.run(['--version'])).toEqual({ status: 0, out: `${version}\n`, err: '' });
  });

  test.each([
    ['an unknown command', ['frobnicate']],
    ['an unknown option', ['--frobnicate']],
    ['an unknown option of a command', ['links', '--yaml']],
    ['a missing argument', ['unlink']],
    ['an argument too many', ['links', 'ana']],
    ['nothing to retry', ['retry']],
    ['an option without its value', ['demo', '--port']],
    ['a port that is none', ['demo', '--port', 'eighty']],
  ])('%s: status 2, words on standard error, nothing on standard output', async (_what, args) => {
    const { status, out, err } = await program.run(args);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^notify-bot: [^\n]+\.\n$/);
  });
});

describe('the service does not start', () => {
  test('without a token: status 2 and what to do', async () => {
    const { status, out, err } = await program.run([]);
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(/^notify-bot: TELEGRAM_BOT_TOKEN is not set: .*@BotFather.*demo.*\.\n$/);
  });

  test.each([
    ['TELEGRAM_API_ROOT', 'nowhere'],
    ['NOTIFY_DATA_DIR', 'here'],
    ['NOTIFY_SOCKET', 'bot.sock'],
    ['NOTIFY_LOG_LEVEL', 'loud'],
    ['NOTIFY_OUTBOX_MAX', 'all'],
    ['NOTIFY_RATE_PER_MINUTE', '-1'],
  ])('with %s=%s: status 2 and a sentence that names it', async (name, value) => {
    const { status, out, err } = await program.run([], { TELEGRAM_BOT_TOKEN: '1:x', [name]: value });
    expect([status, out]).toEqual([2, '']);
    expect(err).toMatch(ONE_SENTENCE);
    expect(err).toContain(`${name}: `);
  });

  test('with a token that can be none: status 2, the token unseen', async () => {
    const { status, err } = await program.run([], { TELEGRAM_BOT_TOKEN: 'my secret/token' });
    expect(status).toBe(2);
    expect(err).not.toContain('secret/token');
  });

  test('in a data folder that cannot be made: status 1 and a sentence', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'file'), '');
    const settings = {
      TELEGRAM_BOT_TOKEN: '1:x',
      NOTIFY_DATA_DIR: join(folder, 'file/data'),
      NOTIFY_SOCKET: join(folder, 's'),
    };
    const { status, err } = await program.run([], settings);
    expect(status).toBe(1);
    expect(err.trimEnd().split('\n').at(-1)).toMatch(/^notify-bot: NOTIFY_DATA_DIR: [^\n]*\.$/);
  });

  test('for a group that this host has not: status 2 and a sentence', async () => {
    const sandbox = await startSandbox();
    const { status, err } = await program.run([], await settingsFor(sandbox, { NOTIFY_GROUP: 'no_such_group' }));
    expect(status).toBe(2);
    expect(err).toMatch(/^notify-bot: NOTIFY_GROUP: [^\n]*no_such_group[^\n]*\.\n$/);
  });

  test('where something that is no socket stands in its place: status 1 and a sentence', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    await writeFile(settings.NOTIFY_SOCKET ?? '', 'mine');
    const { status, err } = await program.run([], settings);
    expect(status).toBe(1);
    expect(err).toMatch(/bot\.sock: something that is not a socket stands there; move it away\.\n$/);
    expect(await readFile(settings.NOTIFY_SOCKET ?? '', 'utf8')).toBe('mine');
  });
});

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly seen: string;
  readonly todo?: string;
}
const findings = (out: string) => new Map((JSON.parse(out) as Finding[]).map((finding) => [finding.check, finding]));

describe('notify-bot doctor', () => {
  test('finds all well beside a running service, status 0', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    await program.serve(settings);
    const { status, out, err } = await program.run(['doctor'], settings);
    expect([status, err]).toEqual([0, '']);
    expect(out.match(/^✓ \S+/gm)).toEqual(['✓ settings', '✓ telegram', '✓ data', '✓ files', '✓ socket']);
    expect(out).toContain('@notify_sandbox_bot');
    const json = await program.run(['doctor', '--json'], settings);
    expect(json.status).toBe(0);
    expect([...findings(json.out).values()].every(({ ok }) => ok)).toBe(true);
    expect(out + json.out).not.toContain(sandbox.token);
  });

  test('says what is wrong without a token and a service, and what to do about each, status 1', async () => {
    const folder = await temporaryFolder();
    const settings = { NOTIFY_DATA_DIR: join(folder, 'data'), NOTIFY_SOCKET: join(folder, 'bot.sock') };
    const { status, out } = await program.run(['doctor'], settings);
    expect(status).toBe(1);
    expect(out).toMatch(/^✗ settings {2}TELEGRAM_BOT_TOKEN is not set/m);
    expect(out).toMatch(/^✗ data {6}.*does not exist \(ENOENT\)$/m);
    expect(out).toMatch(/^✗ socket {4}Nothing listens on /m);
    expect(out.match(/^ +→ \S/gm)).toHaveLength(3);
  });

  test.each([
    ['NOTIFY_DATA_DIR', 'relative'],
    ['NOTIFY_SOCKET', 'relative'],
    ['NOTIFY_LOG_LEVEL', 'loud'],
    ['NOTIFY_GROUP', 'nb_no_such'],
  ])('with a wrong %s names it and goes on with the rest, as JSON too', async (name, value) => {
    const folder = await temporaryFolder();
    const settings = {
      TELEGRAM_BOT_TOKEN: '1:x',
      NOTIFY_DATA_DIR: folder,
      NOTIFY_SOCKET: join(folder, 'bot.sock'),
      [name]: value,
    };
    const { status, out } = await program.run(['doctor', '--json'], settings);
    expect(status).toBe(1);
    const found = findings(out);
    expect(found.get('settings')).toMatchObject({ ok: false, seen: expect.stringContaining(`${name}: `) });
    expect(found.has('data')).toBe(name !== 'NOTIFY_DATA_DIR');
    expect(found.has('socket')).toBe(name !== 'NOTIFY_SOCKET');
  });

  test('finds a refused token, and never shows it', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox, { TELEGRAM_BOT_TOKEN: '99:not_this-one' });
    const { status, out, err } = await program.run(['doctor', '--json'], settings);
    expect(status).toBe(1);
    expect(findings(out).get('telegram')).toMatchObject({
      ok: false,
      seen: expect.stringContaining('refused'),
      todo: expect.stringContaining('@BotFather'),
    });
    expect(out + err).not.toContain('not_this-one');
  });

  test('finds a Telegram that cannot be reached', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox, { TELEGRAM_API_ROOT: 'http://127.0.0.1:1' });
    const { out } = await program.run(['doctor', '--json'], settings);
    expect(findings(out).get('telegram')).toMatchObject({
      ok: false,
      seen: expect.stringContaining('ECONNREFUSED'),
      todo: expect.stringContaining('firewall'),
    });
  });

  test('reaches Telegram by the proxy of the settings, and names it without its password', async () => {
    const sandbox = await startSandbox();
    for (const [protocol, proxy] of [
      ['http', await httpProxy()],
      ['socks5', await socksProxy()],
    ] as const) {
      const TELEGRAM_PROXY = `${protocol}://ann:secret-word@127.0.0.1:${proxy.port}`;
      const { out } = await program.run(['doctor'], await settingsFor(sandbox, { TELEGRAM_PROXY }));
      expect(out).toContain(
        `✓ telegram  ${sandbox.url} knows the bot as @${sandbox.username} by the proxy ${protocol}://127.0.0.1:${proxy.port} (TELEGRAM_PROXY)`,
      );
      expect(out).not.toContain('secret-word');
      expect(proxy.asked).toEqual([new URL(sandbox.url).host]);
    }
  });

  test('finds a data folder that every account can read, corrupt deliveries and broken links', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    const dataDir = settings.NOTIFY_DATA_DIR ?? '';
    const look = async (check: string) => findings((await program.run(['doctor', '--json'], settings)).out).get(check);
    await mkdir(dataDir);
    const spaced = join(dataDir, '../it is here');
    await mkdir(spaced);
    await chmod(spaced, 0o755);
    const { out } = await program.run(['doctor', '--json'], { ...settings, NOTIFY_DATA_DIR: spaced });
    expect(findings(out).get('data')?.todo).toBe(`chmod 0750 '${spaced}'`);
    await chmod(dataDir, 0o755);
    expect(await look('data')).toMatchObject({ ok: false, todo: `chmod 0750 ${dataDir}` });
    await chmod(dataDir, 0o750);
    expect(await look('files')).toMatchObject({ ok: true, seen: '0 linked' });
    await writeFile(join(dataDir, 'telegram_users.json'), '{"ana":');
    expect(await look('files')).toMatchObject({ ok: false, seen: expect.stringContaining('telegram_users.json') });
    await mkdir(join(dataDir, 'outbox/corrupt'), { recursive: true });
    await writeFile(join(dataDir, 'outbox/corrupt/x.json'), '');
    expect(await look('files')).toMatchObject({ ok: false, seen: expect.stringContaining('1 unreadable file(s)') });
  });
});
