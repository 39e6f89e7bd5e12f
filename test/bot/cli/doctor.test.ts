/** `notify-bot doctor` on a host where something is wrong: the right place, and what mends it. */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createSocketClient } from '../../../src/shared/http/socket-client.ts';
import { startSandbox } from '../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { whyNoOwnEtc, withEtc } from '../../support/host/own-etc.ts';
import { http, rawServer } from '../../support/network/raw-server.ts';
import { bundledProgram, type Settings, settingsFor } from './program.ts';

const program = bundledProgram();

interface Finding {
  readonly check: string;
  readonly ok: boolean;
  readonly state?: string;
  readonly code?: string;
  readonly seen: string;
  readonly todo?: string;
}
const look = async (settings: Settings) => {
  const { out, status } = await program.run(['doctor', '--json'], settings);
  return { status, findings: JSON.parse(out) as readonly Finding[] };
};

/** A `systemctl` that answers as systemd does. */
async function systemctl(units: Readonly<Record<string, string>>): Promise<{ PATH: string }> {
  const folder = await temporaryFolder();
  const blocks = Object.entries(units).map(([name, text]) => `Id=${name}\n${text.replaceAll(' ', '\n')}`);
  await writeFile(join(folder, 'answer'), `${blocks.join('\n\n')}\n`);
  await writeFile(join(folder, 'systemctl'), `#!/bin/sh\nexec cat ${folder}/answer\n`, { mode: 0o755 });
  return { PATH: `${folder}${delimiter}${process.env.PATH}` };
}

describe('messages', () => {
  test('that failed, and chats that refuse them, are shown as warnings', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    await program.serve(settings);
    const linked_at = '2026-01-30T12:00:00Z';
    await writeFile(
      join(settings.NOTIFY_DATA_DIR ?? '', 'telegram_users.json'),
      JSON.stringify({ ana: { chat_id: 1, linked_at }, ben: { chat_id: 2, linked_at } }),
    );
    sandbox.block(1);
    const client = createSocketClient({ socketPath: settings.NOTIFY_SOCKET ?? '', timeoutMs: 20_000 });
    onTestFinished(() => client.close());
    const refused = await client.request('POST', '/send', { user: 'ana', text: 'x' });
    expect(refused).toMatchObject({
      status: 422,
      body: { error: expect.stringMatching(/^The bot is blocked in this chat; /) },
    });
    const { status, findings } = await look(settings);
    expect(status).toBe(0);
    expect(findings).toContainEqual(
      expect.objectContaining({
        check: 'chats',
        ok: true,
        state: 'warning',
        seen: expect.stringContaining('ana: The bot is blocked'),
      }),
    );
    expect(findings).toContainEqual(
      expect.objectContaining({ check: 'failed', state: 'warning', todo: expect.stringContaining('notify-bot retry') }),
    );
    const { out } = await program.run(['doctor'], settings);
    expect(out).toMatch(/^! chats +1 linked chat accepts no messages/m);
    expect(out).toMatch(/^! failed +1 message failed in the last 7 days; the last one, of ana, /m);
  });
});

describe('files', () => {
  test.each([
    ['mutes.json', '{'],
    ['runs.json', '[]'],
    ['pending_codes.json', 'x'],
  ])('a broken %s is found beside the files, not beside the socket', async (name, content) => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    await program.serve(settings);
    await writeFile(join(settings.NOTIFY_DATA_DIR ?? '', name), content);
    const { status, findings } = await look(settings);
    expect(status).toBe(1);
    const wrong = findings.filter(({ ok }) => !ok);
    expect(wrong).toMatchObject([
      { check: 'files', seen: expect.stringContaining(name), todo: expect.stringContaining('Repair') },
    ]);
    expect(findings.find(({ check }) => check === 'socket')).toMatchObject({ ok: true });
    await mkdir(join(settings.NOTIFY_DATA_DIR ?? '', 'outbox/corrupt'), { recursive: true });
    await writeFile(join(settings.NOTIFY_DATA_DIR ?? '', 'outbox/corrupt/x.json'), '');
    const both = (await look(settings)).findings.filter(({ ok }) => !ok);
    expect(both).toMatchObject([{ check: 'files', seen: expect.stringMatching(`${name}.*outbox/corrupt/`) }]);
  });
});

describe('units', () => {
  const WELL = 'LoadState=loaded ActiveState=active UnitFileState=enabled Result=success';
  const NONE = 'LoadState=not-found ActiveState=inactive UnitFileState= Result=success';
  const FAILED = 'LoadState=loaded ActiveState=failed UnitFileState=enabled Result=start-limit-hit';
  const OFF = 'LoadState=loaded ActiveState=inactive UnitFileState=disabled Result=success';

  test.each([
    ['notify-actor.socket', 'actor'],
    ['notify-web.service', 'dashboard'],
  ])('%s that is down is found, one that is off or missing is none', async (unit, check) => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    await program.serve(settings);
    const found = async (state: string) =>
      (
        await look({ ...settings, ...(await systemctl({ 'notify-bot.service': WELL, [unit]: state })) })
      ).findings.filter((finding) => finding.check === check);
    expect(await found(FAILED)).toMatchObject([
      {
        ok: false,
        seen: expect.stringContaining('failed (start-limit-hit)'),
        todo: expect.stringContaining(`systemctl reset-failed ${unit}; systemctl start ${unit}`),
      },
    ]);
    expect(await found(WELL)).toMatchObject([{ ok: true }]);
    expect(await found(OFF)).toEqual([]);
    expect(await found(NONE)).toEqual([]);
  });

  test('a dashboard whose port systemd does not hold is a warning, one that waits for a connection is well', async () => {
    const sandbox = await startSandbox();
    const settings = await settingsFor(sandbox);
    await program.serve(settings);
    const stopped = 'LoadState=loaded ActiveState=inactive UnitFileState=enabled Result=success';
    const found = async (web: string, socket: string) => {
      const units = { 'notify-bot.service': WELL, 'notify-web.service': web, 'notify-web.socket': socket };
      const { findings } = await look({ ...settings, ...(await systemctl(units)) });
      return findings.filter(({ check }) => check === 'dashboard');
    };
    expect(await found(WELL, WELL)).toMatchObject([{ ok: true, seen: 'notify-web.service runs' }]);
    expect(await found(stopped, WELL)).toMatchObject([{ ok: true, seen: expect.stringContaining('next connection') }]);
    expect(await found(stopped, stopped)).toMatchObject([{ ok: false }]);
    expect(await found(FAILED, WELL)).toMatchObject([{ ok: false }]);
    expect(await found(WELL, FAILED)).toMatchObject([{ ok: true, state: 'warning' }]);
  });

  test('a service that is down is started by the command for this host', async () => {
    const folder = await temporaryFolder();
    const settings = { NOTIFY_DATA_DIR: folder, NOTIFY_SOCKET: join(folder, 'bot.sock') };
    const socket = async (more: Settings) =>
      (await look({ ...settings, ...more })).findings.find(({ check }) => check === 'socket')?.todo;
    expect(await socket(await systemctl({ 'notify-bot.service': FAILED }))).toMatch(/reset-failed notify-bot\.socket/);
    expect(await socket(await systemctl({ 'notify-bot.service': NONE }))).toMatch(/systemd has no unit of it/);
  });
});

describe.skipIf(process.getuid?.() !== 0)('who is not root (needs root)', () => {
  test('gets no false alarm for what only root can see', async () => {
    const why = whyNoOwnEtc();
    if (why !== undefined) return;
    const folder = await temporaryFolder();
    await chmod(folder, 0o755);
    const data = join(folder, 'data');
    await mkdir(data, { mode: 0o700 });
    await chmod(dirname(program.path()), 0o755);
    const as = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', process.execPath, program.path()];
    const own = { NOTIFY_DATA_DIR: data, NOTIFY_SOCKET: join(folder, 'bot.sock') };
    const hide = ['sh', '-c', 'chmod 0700 /etc/notify-bot && exec "$@"', 'sh'];
    const { out } = await withEtc(
      { 'notify-bot/env': 'NOTIFY_LOG_LEVEL=info\n' },
      [...hide, ...as, 'doctor', '--json'],
      own,
    );
    const findings = JSON.parse(out) as readonly Finding[];
    for (const check of ['settings', 'data'])
      expect(findings.find((one) => one.check === check)).toMatchObject({
        ok: true,
        state: 'unchecked',
        todo: 'sudo notify-bot doctor',
      });
    // A folder of one's own that can't be used is trouble.
    await chown(data, 65_534, 65_534);
    await chmod(data, 0);
    const mine = await withEtc({}, [...as, 'doctor', '--json'], {
      ...own,
      TELEGRAM_BOT_TOKEN: '1:x',
      TELEGRAM_API_ROOT: 'http://127.0.0.1:1',
    });
    expect(JSON.parse(mine.out)).toContainEqual(expect.objectContaining({ check: 'data', ok: false }));
  });
});

describe('the token', () => {
  const bad = { TELEGRAM_API_ROOT: 'http://127.0.0.1:1' };
  test.skipIf(whyNoOwnEtc() !== undefined)('is named by the place in which it is written', async () => {
    const sandbox = await startSandbox();
    const folder = await temporaryFolder();
    const own = { NOTIFY_DATA_DIR: folder, NOTIFY_SOCKET: join(folder, 'bot.sock'), TELEGRAM_API_ROOT: sandbox.url };
    const command = [process.execPath, program.path(), 'doctor', '--json'];
    const todo = async (files: Record<string, string>, environment: Record<string, string> = {}) => {
      const { out } = await withEtc({ 'notify-bot/x': '', ...files }, command, { ...own, ...environment });
      return (JSON.parse(out) as Finding[]).find(({ ok, check }) => !ok && ['telegram', 'settings'].includes(check));
    };
    const refused = { check: 'telegram', code: 'token_refused' };
    expect(await todo({ 'notify-bot/telegram-bot-token': '9:wrong\n' })).toMatchObject({
      ...refused,
      todo: expect.stringContaining('put it into /etc/notify-bot/telegram-bot-token,'),
    });
    expect(await todo({ 'notify-bot/env': '\nTELEGRAM_BOT_TOKEN=9:wrong\n' })).toMatchObject({
      ...refused,
      todo: expect.stringContaining('TELEGRAM_BOT_TOKEN in line 2 of /etc/notify-bot/env'),
    });
    expect(await todo({}, { TELEGRAM_BOT_TOKEN: '9:wrong' })).toMatchObject({
      ...refused,
      todo: expect.stringMatching(/in the environment of this command$/),
    });
    expect(await todo({ 'notify-bot/telegram-bot-token': 'two words\n' })).toMatchObject({
      check: 'settings',
      todo: expect.stringContaining('Correct /etc/notify-bot/telegram-bot-token'),
    });
  });

  test('a wrong setting names the environment where that has one', async () => {
    const folder = await temporaryFolder();
    const settings = { ...bad, TELEGRAM_BOT_TOKEN: '1:x', NOTIFY_DATA_DIR: folder, NOTIFY_LOG_LEVEL: 'loud' };
    expect((await look(settings)).findings[0]).toMatchObject({
      check: 'settings',
      todo: expect.stringMatching(/this command's environment sets .*NOTIFY_LOG_LEVEL/),
    });
  });
});

describe('the way to Telegram', () => {
  async function telegramWith(subject: readonly string[], validity: readonly string[]) {
    const folder = await temporaryFolder();
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...validity, ...subject];
    execFileSync('openssl', [...make, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (_, response) =>
      response.end(),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    return { root: `https://localhost:${(server.address() as AddressInfo).port}`, cert };
  }
  const doctor = async (root: string, more: Settings = {}) => {
    const folder = await temporaryFolder();
    const settings = { TELEGRAM_BOT_TOKEN: '1:x', NOTIFY_DATA_DIR: folder, NOTIFY_SOCKET: join(folder, 'bot.sock') };
    const { findings } = await look({ ...settings, TELEGRAM_API_ROOT: root, ...more });
    return findings.find(({ check }) => check === 'telegram');
  };
  const LOCALHOST = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];

  test('no Bot API server, and a proxy that is away, get advice of their own', async () => {
    const web = await rawServer((socket) => socket.write(http('<html>Welcome</html>', 200, 'text/html')));
    expect(await doctor(web.url)).toMatchObject({
      seen: 'Telegram answered 200 with something that is not JSON',
      todo: expect.stringContaining('Check the host and the path of TELEGRAM_API_ROOT'),
    });
    expect(await doctor(web.url, { TELEGRAM_PROXY: 'http://127.0.0.1:1' })).toMatchObject({
      seen: 'the proxy http://127.0.0.1:1 could not be reached (ECONNREFUSED): check its address (TELEGRAM_PROXY)',
      todo: expect.stringContaining('Check TELEGRAM_PROXY in'),
    });
  });

  test('TLS of an unknown authority, of another host, and none at all get advice of their own', async () => {
    const unknown = await telegramWith(LOCALHOST, ['-days', '2']);
    expect(await doctor(unknown.root)).toMatchObject({
      ok: false,
      todo: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
    });
    const other = await telegramWith(['-subj', '/CN=x', '-addext', 'subjectAltName=DNS:x.example'], ['-days', '2']);
    const trusted = { NODE_EXTRA_CA_CERTS: other.cert };
    expect(await doctor(other.root, trusted)).toMatchObject({ todo: expect.stringContaining('another host') });
    const sandbox = await startSandbox();
    expect(await doctor(sandbox.url.replace('http:', 'https:'))).toMatchObject({
      todo: expect.stringContaining('speaks no TLS'),
    });
  });
});
