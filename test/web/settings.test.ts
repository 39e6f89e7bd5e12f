import { describe, expect, test } from 'vitest';
import { loginCommand, readWebSettings } from '../../src/web/settings.ts';

const OIDC = {
  NOTIFY_WEB_URL: 'https://notify.example.org',
  NOTIFY_WEB_OIDC_ISSUER: 'https://accounts.google.com',
  NOTIFY_WEB_OIDC_CLIENT_ID: 'id',
  NOTIFY_WEB_OIDC_CLIENT_SECRET: 'secret',
  NOTIFY_WEB_EMAIL_DOMAIN: '@Example.org',
};

describe('the settings of the dashboard', () => {
  test('have defaults', () => {
    expect(readWebSettings({})).toEqual({
      loginSocket: '/run/notify-web/web.sock',
      stateDir: '/var/lib/notify-web',
      botSocket: '/run/notify-bot/bot.sock',
      admins: [],
      logLevel: 'info',
    });
  });

  test('give the command for a one-time address, which names the socket unless it is the usual one', () => {
    expect(loginCommand(readWebSettings({}))).toBe('notify-runner web');
    const other = readWebSettings({ NOTIFY_WEB_SOCKET: '/srv/web.sock' });
    expect(loginCommand(other)).toBe('NOTIFY_WEB_SOCKET=/srv/web.sock notify-runner web');
  });

  test('accept a complete OpenID Connect configuration', () => {
    const { oidc, publicUrl, admins } = readWebSettings({ ...OIDC, NOTIFY_WEB_ADMINS: 'ann, ben' });
    expect(oidc).toMatchObject({ clientId: 'id', clientSecret: 'secret', emailDomain: 'example.org' });
    expect(publicUrl?.origin).toBe('https://notify.example.org');
    expect(admins).toEqual(['ann', 'ben']);
  });

  test.each(Object.keys(OIDC))('report a missing %s if the others are set', (name) => {
    const { [name as keyof typeof OIDC]: _, ...rest } = OIDC;
    expect(() => readWebSettings(rest)).toThrow(name);
  });

  test.each([
    ['NOTIFY_WEB_LISTEN', '8765'],
    ['NOTIFY_WEB_LISTEN', '127.0.0.1:99999'],
    ['NOTIFY_WEB_LISTEN', 'localhost:'],
    ['NOTIFY_WEB_URL', 'notify.example.org'],
    ['NOTIFY_WEB_URL', 'http://notify.example.org'],
    ['NOTIFY_WEB_URL', 'https://example.org/notify'],
    ['NOTIFY_WEB_SOCKET', 'web.sock'],
    ['NOTIFY_WEB_STATE_DIR', 'state'],
    ['NOTIFY_LOG_LEVEL', 'loud'],
  ])('refuse %s=%s and name it', (name, value) => {
    expect(() => readWebSettings({ [name]: value })).toThrow(name);
  });

  test('refuse a provider without TLS, except on loopback', () => {
    const with_ = (issuer: string) => readWebSettings({ ...OIDC, NOTIFY_WEB_OIDC_ISSUER: issuer });
    expect(() => with_('http://login.example.org')).toThrow('https');
    expect(with_('http://127.0.0.1:4000').oidc?.issuer.port).toBe('4000');
  });

  test.each([
    ['[::1]:80', '::1', 80],
    ['0.0.0.0:0', '0.0.0.0', 0],
    ['localhost:8080', 'localhost', 8080],
  ])('listen on %s', (text, host, port) => {
    expect(readWebSettings({ NOTIFY_WEB_LISTEN: text }).listen).toEqual({ host, port });
  });
});
