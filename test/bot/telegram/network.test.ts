import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type BotSettings, readBotSettings } from '../../../src/bot/settings.ts';
import { secretsOf } from '../../../src/bot/telegram/address.ts';
import { createTelegramClient, type TelegramClient } from '../../../src/bot/telegram/client.ts';
import { describeError } from '../../../src/bot/telegram/http.ts';
import { startSandbox } from '../../support/bot/sandbox-client.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { httpProxy, socksProxy } from '../../support/network/proxies.ts';
import { http, rawServer } from '../../support/network/raw-server.ts';

function settingsOf(more: Record<string, string>): BotSettings {
  return readBotSettings({ TELEGRAM_BOT_TOKEN: '123456:SANDBOX-TOKEN-abcdefghijklmnopqrstuvwxyz', ...more });
}

function clientOf(more: Record<string, string>): TelegramClient {
  const { token, telegram: address } = settingsOf(more);
  const client = createTelegramClient(token, { address, connections: 2, onCall: () => {} });
  onTestFinished(() => client.close());
  return client;
}

const LOCAL = { TELEGRAM_API_ROOT: 'http://10.1.2.3:8081', TELEGRAM_ALLOW_HTTP: 'yes' };
const LOCAL6 = { TELEGRAM_API_ROOT: 'http://[fd00::1]:8081', TELEGRAM_ALLOW_HTTP: 'yes' };

describe('a proxy', () => {
  test.each<[string, (port: number) => Record<string, string>]>([
    ['TELEGRAM_PROXY', (port) => ({ TELEGRAM_PROXY: `http://127.0.0.1:${port}` })],
    ['TELEGRAM_PROXY without a protocol', (port) => ({ TELEGRAM_PROXY: `127.0.0.1:${port}` })],
    ['http_proxy', (port) => ({ http_proxy: `http://127.0.0.1:${port}` })],
    ['ALL_PROXY', (port) => ({ ALL_PROXY: `http://127.0.0.1:${port}` })],
  ])('of %s carries calls, uploads and downloads', async (_name, variables) => {
    const sandbox = await startSandbox();
    const proxy = await httpProxy();
    const client = clientOf({ TELEGRAM_API_ROOT: sandbox.url, ...variables(proxy.port) });
    expect((await client.api.getMe()).username).toBe(sandbox.username);
    await client.api.sendMessage(5, 'by proxy');
    expect(sandbox.messages(5).map(({ text }) => text)).toEqual(['by proxy']);
    expect(proxy.asked[0]).toBe(new URL(sandbox.url).host);
  });

  test('gets its user and password, and no message of an error has them', async () => {
    const sandbox = await startSandbox();
    const proxy = await httpProxy();
    const TELEGRAM_PROXY = `http://ann:pass%20word@127.0.0.1:${proxy.port}`;
    await clientOf({ TELEGRAM_API_ROOT: sandbox.url, TELEGRAM_PROXY }).api.getMe();
    expect(proxy.credentials[0]).toBe(`Basic ${Buffer.from('ann:pass word').toString('base64')}`);
    const away = clientOf({ TELEGRAM_API_ROOT: sandbox.url, TELEGRAM_PROXY: 'http://ann:pass%20word@127.0.0.1:1' });
    const error = await away.api.getMe().catch(describeError);
    expect(error).toBe(
      'the proxy http://127.0.0.1:1 could not be reached (ECONNREFUSED): check its address (TELEGRAM_PROXY)',
    );
  });

  test.each(['socks5', 'socks5h', 'socks'])(
    'of %s resolves the name itself and gets the password',
    async (protocol) => {
      const sandbox = await startSandbox();
      const proxy = await socksProxy();
      const { port } = new URL(sandbox.url);
      const client = clientOf({
        TELEGRAM_API_ROOT: `http://telegram.invalid:${port}`,
        TELEGRAM_ALLOW_HTTP: 'yes',
        ALL_PROXY: `${protocol}://ann:secret@127.0.0.1:${proxy.port}`,
      });
      expect((await client.api.getMe()).username).toBe(sandbox.username);
      expect(proxy.asked).toEqual([`telegram.invalid:${port}`]);
      expect(proxy.credentials).toEqual(['ann:secret']);
    },
  );

  test.each<[string, Record<string, string>, string | undefined]>([
    ['the own setting before the usual ones', { TELEGRAM_PROXY: 'a:1', HTTPS_PROXY: 'b:2' }, 'http://a:1'],
    ['lower case before upper', { HTTPS_PROXY: 'a:1', https_proxy: 'b:2' }, 'http://b:2'],
    ['none', { TELEGRAM_PROXY: 'none', HTTPS_PROXY: 'b:2' }, undefined],
    ['the other protocol’s variable', { http_proxy: 'a:1' }, undefined],
    ['an exception for the host', { HTTPS_PROXY: 'a:1', NO_PROXY: 'localhost, api.telegram.org' }, undefined],
    ['an exception for its domain', { HTTPS_PROXY: 'a:1', no_proxy: '.telegram.org' }, undefined],
    ['an exception for everything', { HTTPS_PROXY: 'a:1', no_proxy: '*' }, undefined],
    ['an exception for its port', { HTTPS_PROXY: 'a:1', no_proxy: 'telegram.org:443' }, undefined],
    ['an exception for another port', { HTTPS_PROXY: 'a:1', no_proxy: 'telegram.org:8443' }, 'http://a:1'],
    ['an exception for another host', { HTTPS_PROXY: 'a:1', no_proxy: 'gram.org,telegram.example' }, 'http://a:1'],
    ['an exception for its network', { ...LOCAL, HTTP_PROXY: 'a:1', no_proxy: '10.1.0.0/16' }, undefined],
    ['an exception for another network', { ...LOCAL, HTTP_PROXY: 'a:1', no_proxy: '10.2.0.0/16,::/0' }, 'http://a:1'],
    ['an exception for its address', { ...LOCAL, HTTP_PROXY: 'a:1', no_proxy: '10.1.2.3:8081' }, undefined],
    ['an exception for its IPv6', { ...LOCAL6, HTTP_PROXY: 'a:1', no_proxy: 'x, fd00::/8' }, undefined],
    ['an exception for its IPv6 address', { ...LOCAL6, HTTP_PROXY: 'a:1', no_proxy: '[fd00::1]:8081' }, undefined],
    ['an exception for no network', { ...LOCAL, HTTP_PROXY: 'a:1', no_proxy: '10.1.0.0/99,10.1.0.0/x' }, 'http://a:1'],
    ['an exception, against the own setting', { TELEGRAM_PROXY: 'a:1', no_proxy: '*' }, 'http://a:1'],
  ])('by %s', (_what, variables, shown) => {
    expect(settingsOf(variables).telegram.proxy?.shown).toBe(shown);
  });

  test('whose user or password has a % is reached with them as they are', async () => {
    const sandbox = await startSandbox();
    const proxy = await httpProxy();
    const TELEGRAM_PROXY = `http://al%ice:100%sure@127.0.0.1:${proxy.port}`;
    await clientOf({ TELEGRAM_API_ROOT: sandbox.url, TELEGRAM_PROXY }).api.getMe();
    const socks = await socksProxy();
    await clientOf({
      TELEGRAM_API_ROOT: sandbox.url,
      TELEGRAM_PROXY: `socks5://al%ice:100%sure@127.0.0.1:${socks.port}`,
    }).api.getMe();
    expect([proxy.credentials[0], socks.credentials[0]]).toEqual([
      `Basic ${Buffer.from('al%ice:100%sure').toString('base64')}`,
      'al%ice:100%sure',
    ]);
  });

  test('gets a user without a password too', async () => {
    const sandbox = await startSandbox();
    const proxy = await httpProxy();
    const TELEGRAM_PROXY = `http://token@127.0.0.1:${proxy.port}`;
    await clientOf({ TELEGRAM_API_ROOT: sandbox.url, TELEGRAM_PROXY }).api.getMe();
    expect(proxy.credentials[0]).toBe(`Basic ${Buffer.from('token:').toString('base64')}`);
  });

  test('that refuses the user is named, with its setting', async () => {
    const sandbox = await startSandbox();
    const proxy = await httpProxy(407);
    const TELEGRAM_PROXY = `http://ann:wrong-word@127.0.0.1:${proxy.port}`;
    const error = await clientOf({ TELEGRAM_API_ROOT: sandbox.url, TELEGRAM_PROXY }).api.getMe().catch(describeError);
    expect(error).toBe(
      `the proxy http://127.0.0.1:${proxy.port} makes no connection to Telegram: check its address, user and password (TELEGRAM_PROXY)`,
    );
  });

  test.each(['ftp://proxy:1', 'http://', 'what is this'])('%s is refused with its setting', (value) => {
    expect(() => settingsOf({ TELEGRAM_PROXY: value })).toThrow(/^TELEGRAM_PROXY: expected an address such as .*\.$/);
  });

  test('and an API root that are refused keep their password to themselves', () => {
    const refusal = (more: Record<string, string>) => {
      try {
        settingsOf(more);
      } catch (error) {
        return String(error);
      }
      throw new Error('it was accepted');
    };
    expect(refusal({ TELEGRAM_PROXY: 'ftp://ann:secret@proxy:1' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_PROXY: 'http://ann:12#secret@proxy:3128' })).toMatch(/"#" in a password as %2F/);
    expect(refusal({ TELEGRAM_PROXY: 'http://ann:12?secret@proxy:3128' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_API_ROOT: 'https://host/bot123456:AAF-secret' })).toContain('https://host/bot… must not');
    expect(refusal({ TELEGRAM_API_ROOT: 'ftp://ann:secret@host' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_API_ROOT: 'https://ann:secret@host/?q' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_PROXY: 'ann:secret@proxy.example:99999' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_PROXY: 'http://ann:s/secret@proxy:3128' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_API_ROOT: 'https://ann:s/secret@host' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_API_ROOT: 'https://ann:12/secret@host' })).not.toContain('secret');
    expect(refusal({ TELEGRAM_API_ROOT: 'ann:secret@host' })).not.toContain('secret');
  });
});

describe('the API root', () => {
  test('with a user and a password sends them to the server, and nowhere else', async () => {
    const heads: string[] = [];
    const server = await rawServer((socket, head) => {
      heads.push(head);
      socket.write(http('{"ok":true,"result":{"id":1,"is_bot":true,"first_name":"N","username":"n_bot"}}'));
    });
    const root = server.url.replace('http://', 'http://ann:se%3Acret@');
    expect(settingsOf({ TELEGRAM_API_ROOT: root }).telegram.root).toBe(server.url);
    await clientOf({ TELEGRAM_API_ROOT: root }).api.getMe();
    const expected = Buffer.from('ann:se:cret').toString('base64');
    expect(heads[0]?.toLowerCase()).toContain(`authorization: basic ${expected.toLowerCase()}`);
  });

  test.each([
    'https://host/?x=1',
    'https://host/#part',
    'https://host/bot123456:AAF-secret',
    'https://host/bot',
    'https://host/a/bot/',
    'https://host/bot<token>',
  ])('%s is refused, since it is more than a root', (root) => {
    expect(() => settingsOf({ TELEGRAM_API_ROOT: root })).toThrow(/^TELEGRAM_API_ROOT: /);
  });

  test.each([
    ...['http://localhost:8081', 'http://api.localhost', 'http://127.1.2.3', 'http://[::1]:8081', 'http://127.1'],
    'https://host',
  ])('%s keeps the token from every network', (root) => {
    expect(settingsOf({ TELEGRAM_API_ROOT: root }).telegram.root).toContain('http');
  });

  test.each([
    ...[
      'http://host:8081',
      'http://10.0.0.1',
      'http://127.0.0.1.evil.example',
      'http://notlocalhost',
      'http://[fd00::1]',
    ],
  ])('%s is refused unless the setting for it says yes', (root) => {
    const refused = expect.objectContaining({
      code: 'bad_setting',
      message: expect.stringContaining('TELEGRAM_ALLOW_HTTP=yes'),
    });
    expect(() => settingsOf({ TELEGRAM_API_ROOT: root })).toThrow(refused);
    expect(() => settingsOf({ TELEGRAM_API_ROOT: root, TELEGRAM_ALLOW_HTTP: 'no' })).toThrow(refused);
    expect(settingsOf({ TELEGRAM_API_ROOT: root, TELEGRAM_ALLOW_HTTP: 'yes' }).telegram.root).toBe(root);
    expect(() => settingsOf({ TELEGRAM_API_ROOT: root, TELEGRAM_ALLOW_HTTP: '1' })).toThrow('expected yes or no');
  });

  test('may have a path', () => {
    expect(settingsOf({ TELEGRAM_API_ROOT: 'https://host/botapi' }).telegram.root).toBe('https://host/botapi');
    expect(settingsOf({ TELEGRAM_API_ROOT: 'https://host/telegram/' }).telegram.root).toBe('https://host/telegram');
  });
});

test.each([
  [{ TELEGRAM_PROXY: 'http://proxy.example:3128' }, []],
  [{ TELEGRAM_PROXY: 'socks5://proxy.example:1080' }, []],
  [{ TELEGRAM_PROXY: 'http://only-a-token@proxy.example:3128' }, ['only-a-token']],
  [{ TELEGRAM_API_ROOT: 'https://only-a-token@host' }, ['only-a-token']],
  [{ TELEGRAM_API_ROOT: 'https://ann:pass-word@host' }, ['pass-word']],
])('what is secret in %o', (variables, secrets) => {
  const found = secretsOf(settingsOf(variables).telegram).filter((one) => !one.includes('//'));
  expect(found).toEqual(secrets);
});

test('a certificate of an unknown authority is named, with the setting that adds one', async () => {
  const folder = await temporaryFolder();
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => response.end());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const client = clientOf({ TELEGRAM_API_ROOT: `https://localhost:${(server.address() as AddressInfo).port}` });
  const error = await client.api.getMe().catch(describeError);
  expect(error).toMatch(/signed by an unknown authority \(DEPTH_ZERO_SELF_SIGNED_CERT\).*NODE_EXTRA_CA_CERTS/);
});
