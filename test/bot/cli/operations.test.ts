import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { createSocketClient, type SocketClient } from '../../../src/shared/http/socket-client.ts';
import { startSandbox } from '../../support/bot/sandbox-client.ts';
import { makePipe } from '../../support/files/make-pipe.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { waitFor } from '../../support/wait-for.ts';
import { bundledProgram, type Service, type Settings, settingsFor } from './program.ts';

const program = bundledProgram();

interface Stage {
  readonly sandbox: Sandbox;
  readonly settings: Settings;
  readonly dataDir: string;
  readonly service: Service;
  readonly client: SocketClient;
  run(...args: string[]): ReturnType<typeof program.run>;
  json(...args: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

async function stage(links: object = { ana: { chat_id: 1, linked_at: '2026-01-30T12:00:00Z' } }): Promise<Stage> {
  const sandbox = await startSandbox();
  const settings = await settingsFor(sandbox);
  const dataDir = settings.NOTIFY_DATA_DIR ?? '';
  const service = await program.serve(settings);
  await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(links));
  const client = createSocketClient({ socketPath: settings.NOTIFY_SOCKET ?? '', timeoutMs: 20_000 });
  onTestFinished(() => client.close());
  return {
    sandbox,
    settings,
    dataDir,
    service,
    client,
    run: (...args) => program.run(args, settings),
    async json(...args) {
      return JSON.parse((await program.run([...args, '--json'], settings)).out);
    },
    async stop() {
      service.kill('SIGTERM');
      expect(await service.ended).toBe(0);
    },
  };
}

const send = (client: SocketClient, body: object) => client.request('POST', '/send', { user: 'ana', ...body });

describe('notify-bot links', () => {
  test('lists who is linked, while the service runs and while it is stopped', async () => {
    const { run, json, stop, sandbox, client } = await stage({
      ana: { chat_id: 1, linked_at: '2026-01-30T12:00:00Z', chat: { type: 'private', name: 'Ana\u001b[31m' } },
      ben: { chat_id: -7 },
      eve: { chat_id: 8, linked_at: '2026\u009b2J\u202e\n' },
    });
    sandbox.block(1);
    await send(client, { text: 'x' });
    const running = await run('links');
    expect(running).toMatchObject({ status: 0, err: '' });
    const [heading, ana, ben, eve] = running.out.split('\n');
    expect(heading).toMatch(/^USER +CHAT +NAME +LINKED \(UTC\) +TROUBLE$/);
    expect(ana).toMatch(/^ana +1 +Ana\\u001b\[31m \(private\) +2026-01-30 12:00 +.*blocked/);
    expect(ben).toMatch(/^ben +-7 +\(group\)$/);
    expect(eve).toMatch(/^eve +8 .* 2026\\u009b2J\\u202e$/);
    expect((await run('links', '--json')).out).toMatch(/^[\n -~]*$/);
    await stop();
    expect((await run('links')).out).toBe(running.out);
    expect(await json('links')).toMatchObject([
      { user: 'ana', chat_id: 1 },
      { user: 'ben', chat_id: -7 },
      { user: 'eve', chat_id: 8 },
    ]);
  });

  test('of nobody says so, status 0', async () => {
    const { run, json } = await stage({});
    expect(await run('links')).toEqual({ status: 0, out: 'Nobody is linked yet.\n', err: '' });
    expect(await json('links')).toEqual([]);
  });

  test('of a broken file says which, status 1', async () => {
    const { run, dataDir } = await stage();
    await writeFile(join(dataDir, 'telegram_users.json'), '{');
    const { status, out, err } = await run('links');
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/^notify-bot: [^\n]*telegram_users\.json[^\n]*\.\n$/);
  });
});

test.each(['links', 'queue', 'failed'])(
  'notify-bot %s of a data folder that is not there says so, status 1',
  async (word) => {
    const { status, out, err } = await program.run([word], { NOTIFY_DATA_DIR: '/nowhere/at/all' });
    expect([status, out]).toEqual([1, '']);
    expect(err).toBe(
      'notify-bot: NOTIFY_DATA_DIR: /nowhere/at/all does not exist: the service makes it at its first start.\n',
    );
  },
);

describe('notify-bot unlink', () => {
  test('ends a link through the service, which tells the chat', async () => {
    const { run, sandbox, client } = await stage();
    expect(await run('unlink', 'anaa')).toEqual({
      status: 1,
      out: '',
      err: 'notify-bot: anaa was not linked. Did you mean ana?\n',
    });
    expect(await run('unlink', 'ana')).toEqual({ status: 0, out: 'ana is unlinked.\n', err: '' });
    await sandbox.waitFor((m) => m.chat_id === 1 && /was unlinked/.test(m.text ?? ''), 30_000);
    expect((await send(client, { text: 'x' })).status).toBe(404);
    expect(await run('unlink', 'ana')).toEqual({ status: 1, out: '', err: 'notify-bot: ana was not linked.\n' });
  });

  test('ends a link in the file while the service is stopped', async () => {
    const { run, json, stop, dataDir } = await stage();
    await stop();
    expect(await json('unlink', 'ana')).toEqual({ ok: true, user: 'ana' });
    expect(JSON.parse(await readFile(join(dataDir, 'telegram_users.json'), 'utf8'))).toEqual({});
    expect((await run('unlink', 'ana')).status).toBe(1);
  });
});

describe('notify-bot queue', () => {
  test('lists what waits and why, while the service runs and while it is stopped', async () => {
    const { run, json, stop, sandbox, client } = await stage();
    expect(await run('queue')).toEqual({ status: 0, out: 'Nothing waits to be sent.\n', err: '' });
    await sandbox.stop();
    await send(client, { text: 'first\nlines', wait: 0, id: 'a' });
    await send(client, { title: 'Second', text: 'b', wait: 0 });
    await waitFor(async () => (await run('queue')).out.includes('ECONNREFUSED'));
    const { out } = await run('queue');
    expect(out.split('\n')[0]).toMatch(/^DELIVERY +USER +TO +AGE +MESSAGE +ERROR$/);
    expect(out.split('\n')[1]).toMatch(
      /^[0-9a-z]{11}-[0-9a-f]{8} +ana +\d+m?s +first lines +Telegram could not be reached/,
    );
    expect(out.split('\n')[2]).toMatch(/ Second$/);
    await stop();
    expect(await json('queue')).toMatchObject([
      { id: 'a', user: 'ana', chat_id: 1, text: 'first\nlines' },
      { title: 'Second' },
    ]);
  });

  test('names a file that cannot be read', async () => {
    const { run, stop, dataDir } = await stage();
    await stop();
    await writeFile(join(dataDir, 'outbox/0abcdefghij-0123abcd.json'), '{');
    expect(await run('queue')).toMatchObject({
      status: 0,
      err: "notify-bot: 0abcdefghij-0123abcd.json can't be read.\n",
    });
  });
});

describe('notify-bot failed and retry', () => {
  test('lists what failed and why, and sends it again', async () => {
    const { run, json, sandbox, client, dataDir } = await stage();
    expect((await run('failed')).out).toBe('Nothing failed in the last 7 days.\n');
    expect((await run('retry', '--all')).out).toBe('Nothing failed, so nothing is sent again.\n');
    sandbox.block(1);
    for (const text of ['one', 'two', 'three']) expect((await send(client, { text })).status).toBe(422);
    expect((await run('failed')).out).toMatch(
      / ana .* one +The bot is blocked in this chat; open the chat in Telegram/,
    );
    const failed = (await json('failed')) as { delivery: string; error: string; failed_at: string }[];
    expect(failed).toHaveLength(3);
    expect(failed[0]).toMatchObject({
      error: expect.stringContaining('blocked'),
      failed_at: expect.stringMatching(/Z$/),
    });
    sandbox.restore(1);

    const first = failed[0]?.delivery ?? '';
    expect(await run('retry', first)).toEqual({ status: 0, out: `${first} is queued again.\n`, err: '' });
    await sandbox.waitFor((m) => m.text === 'one', 30_000);
    const again = await run('retry', first, '../../etc/passwd');
    expect(again.status).toBe(1);
    expect(again.err).toContain(`notify-bot: ${first}: No failed delivery is called ${first}.\n`);
    expect(again.err.trim().split('\n')).toHaveLength(2);

    expect(await json('retry', '--all')).toEqual(failed.slice(1).map(({ delivery }) => ({ delivery, ok: true })));
    await sandbox.waitFor((m) => m.text === 'three', 30_000);
    const states = async () => {
      const { body } = await client.request('GET', '/messages?user=ana');
      return (body as { messages: { text: string; status: string }[] }).messages
        .map((m) => `${m.text} ${m.status}`)
        .join();
    };
    await waitFor(async () => (await states()) === 'three sent,two sent,one sent');
    expect(await readdir(join(dataDir, 'failed'))).toEqual([]);
  });

  test('for somebody who is not linked any more says so, and keeps the message', async () => {
    const { run, json, sandbox, client } = await stage();
    sandbox.block(1);
    await send(client, { text: 'x' });
    await run('unlink', 'ana');
    const [failed] = (await json('failed')) as { delivery: string }[];
    expect(await run('retry', failed?.delivery ?? '')).toMatchObject({
      status: 1,
      err: expect.stringContaining('ana is not linked to a Telegram chat any more.'),
    });
    expect(await json('failed')).toHaveLength(1);
  });

  test('while the service is stopped says that nobody answers, status 1', async () => {
    const { run, stop } = await stage();
    await stop();
    const { status, out, err } = await run('retry', '0abcdefghij-0123abcd');
    expect([status, out]).toEqual([1, '']);
    expect(err).toMatch(/^notify-bot: Nothing listens on [^\n]*systemctl[^\n]*\n$/);
  });
});

describe.skipIf(process.getuid?.() !== 0)('as root, with the service stopped (root only)', () => {
  /** A data folder of another account, with what only root may read beside it. */
  async function foreign() {
    const folder = await temporaryFolder();
    const [dataDir, secret] = [join(folder, 'data'), join(folder, 'secret.json')];
    await chmod(folder, 0o711);
    // The other account runs the program too.
    await chmod(dirname(program.path()), 0o755);
    await mkdir(dataDir, { mode: 0o750 });
    await writeFile(secret, '{"ana": {"chat_id": 1}}\n', { mode: 0o600 });
    const settings = {
      TELEGRAM_BOT_TOKEN: '1:token',
      NOTIFY_DATA_DIR: dataDir,
      NOTIFY_SOCKET: join(folder, 'none.sock'),
    };
    const own = () => promisify(execFile)('chown', ['-hR', '4711:4711', dataDir]);
    return { dataDir, secret, own, run: (...args: string[]) => program.run(args, settings) };
  }

  test('works as the owner of the folder, whose files stay the owner’s', async () => {
    const { dataDir, own, run } = await foreign();
    const path = join(dataDir, 'telegram_users.json');
    await writeFile(path, '{"ana": {"chat_id": 1}, "ben": {"chat_id": 2}}', { mode: 0o600 });
    await own();
    expect((await run('links')).out).toMatch(/\nana /);
    expect(await run('unlink', 'ana')).toMatchObject({ status: 0, out: 'ana is unlinked.\n' });
    expect(await run('unlink', 'ana')).toMatchObject({ status: 1, err: 'notify-bot: ana was not linked.\n' });
    expect(Object.keys(JSON.parse(await readFile(path, 'utf8')))).toEqual(['ben']);
    expect(await stat(path)).toMatchObject({ uid: 4711, gid: 4711 });
    expect(await run('failed')).toMatchObject({ status: 0, err: '' });
    expect((await run('doctor')).out).toContain('✓ files     1 linked');
  });

  test('the service itself does not run as root there', async () => {
    const { dataDir, own, run } = await foreign();
    await own();
    const err = `notify-bot: ${dataDir} belongs to the account with the uid 4711: start the service as that account (systemctl start notify-bot), not as root.\n`;
    expect(await run()).toEqual({ status: 2, out: '', err });
    expect(await readdir(dataDir)).toEqual([]);
  });

  test('follows no link of the owner’s to what only root may read or write', async () => {
    const { dataDir, secret, own, run } = await foreign();
    await symlink(secret, join(dataDir, 'telegram_users.json'));
    await own();
    const links = await run('links');
    expect(links).toMatchObject({ status: 1, out: '', err: expect.stringContaining('permission is denied (EACCES)') });
    expect(await run('unlink', 'ana')).toMatchObject({ status: 1, out: '' });
    expect(await readFile(secret, 'utf8')).toBe('{"ana": {"chat_id": 1}}\n');
    expect(await readdir(dirname(secret))).toEqual(['data', 'secret.json']);
    expect((await run('doctor')).out).toContain('permission is denied (EACCES)');
  });
});

test('pipes in the place of files keep no command waiting', async () => {
  const dataDir = await temporaryFolder();
  const settings = { NOTIFY_DATA_DIR: dataDir, NOTIFY_SOCKET: join(dataDir, 'none.sock') };
  await mkdir(join(dataDir, 'failed'));
  makePipe(join(dataDir, 'failed/00000000007-aaaaaaaa.json'));
  const failed = await program.run(['failed'], settings);
  expect(failed).toMatchObject({ status: 0, err: "notify-bot: 00000000007-aaaaaaaa.json can't be read.\n" });
  makePipe(join(dataDir, 'telegram_users.json'));
  const links = await program.run(['links'], settings);
  expect(links).toMatchObject({ status: 1, err: expect.stringContaining('it is not a regular file') });
});

describe('the service as a process', () => {
  test('on SIGTERM answers who waits with 202, leaves the message on disk, and ends with status 0', async () => {
    const { sandbox, client, service, dataDir, settings } = await stage();
    sandbox.fail({ method: 'sendMessage', answer: 'garbage' });
    const waiting = send(client, { text: 'kept', wait: 30_000 });
    await waitFor(() => service.printed().includes('will be tried again'));
    service.kill('SIGTERM');
    expect(await waiting).toMatchObject({ status: 202, body: { status: 'queued' } });
    expect(await service.ended).toBe(0);
    expect((await readdir(join(dataDir, 'outbox'))).filter((name) => name.endsWith('.json'))).toHaveLength(1);
    await program.serve(settings);
    await sandbox.waitFor((m) => m.text === 'kept', 30_000);
  });

  test('a second signal ends it at once', async () => {
    const { sandbox, client, service } = await stage();
    sandbox.fail({ method: 'sendMessage', answer: 'hang' });
    await send(client, { text: 'x', wait: 0 });
    await waitFor(() => sandbox.calls.list.some(({ method }) => method === 'sendMessage'));
    service.kill('SIGTERM');
    await waitFor(() => service.printed().includes('"msg":"stopping"'));
    service.kill('SIGINT');
    expect(await service.ended).toBe(1);
  });

  test('killed with -9 gives its places free, and the next one goes on', async () => {
    const { sandbox, client, service, settings } = await stage();
    await sandbox.stop();
    await send(client, { text: 'survives', wait: 0 });
    service.kill('SIGKILL');
    expect(await service.ended).toBe('SIGKILL');
    await sandbox.start();
    await program.serve(settings);
    await sandbox.waitFor((m) => m.text === 'survives', 30_000);
  });

  test('a second one on the same folder refuses to start and names the first, status 1', async () => {
    const { service, settings } = await stage();
    const second = await program.run([], { ...settings, NOTIFY_SOCKET: `${settings.NOTIFY_SOCKET}2` });
    expect(second.status).toBe(1);
    expect(second.err).toBe(
      `notify-bot: Another notify-bot (process ${service.pid}) uses ${settings.NOTIFY_DATA_DIR}.\n`,
    );
    const third = await program.run([], { ...settings, NOTIFY_DATA_DIR: `${settings.NOTIFY_DATA_DIR}2` });
    expect(third.status).toBe(1);
    expect(third.err).toMatch(new RegExp(`^notify-bot: notify-bot is running already: process ${service.pid}, `));
  });

  test('writes bot.log, reopens it on SIGHUP, and puts the token nowhere', async () => {
    const { service, client, dataDir, sandbox, stop } = await stage();
    const path = join(dataDir, 'bot.log');
    await send(client, { text: 'x' });
    await waitFor(async () => (await readFile(path, 'utf8')).includes('"msg":"sent"'));
    await rename(path, `${path}.1`);
    service.kill('SIGHUP');
    await waitFor(async () => (await readdir(dataDir)).includes('bot.log'));
    await stop();
    expect(await readFile(path, 'utf8')).toContain('"msg":"stopped"');
    expect(await readFile(`${path}.1`, 'utf8')).not.toContain('"msg":"stopped"');
    expect(service.printed()).toContain('"msg":"stopped"');
    expect(service.printed() + (await readFile(path, 'utf8'))).not.toContain(sandbox.token);
  });
});
