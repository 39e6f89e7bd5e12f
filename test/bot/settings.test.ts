import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBotSettings } from '../../src/bot/settings.ts';
import { temporaryFolder } from '../support/files/temporary-folder.ts';

const TELEGRAM_BOT_TOKEN = '123456789:AAF-example_token-of-the-right-shape12';

describe('settings', () => {
  test('have the documented defaults', () => {
    expect(readBotSettings({ TELEGRAM_BOT_TOKEN })).toEqual({
      token: TELEGRAM_BOT_TOKEN,
      telegram: { root: 'https://api.telegram.org' },
      dataDir: '/data/notifications',
      socketPath: '/run/notify-bot/bot.sock',
      actorSocket: '/run/notify-actor/actor.sock',
      trustedUsers: [],
      logLevel: 'info',
      unconfirmedWaits: [120_000, 300_000],
      outboxMax: 10_000,
      ratePerMinute: 1200,
      alertsFile: '/etc/notify-bot/alerts.yaml',
      showHost: false,
    });
  });

  test('that are given count, trimmed, without slashes at the end', () => {
    expect(
      readBotSettings({
        TELEGRAM_BOT_TOKEN: ` ${TELEGRAM_BOT_TOKEN}\n`,
        TELEGRAM_API_ROOT: 'http://127.0.0.1:8081//',
        NOTIFY_DATA_DIR: '/srv/notify/',
        NOTIFY_SOCKET: '/run/other.sock',
        NOTIFY_ACTOR_SOCKET: '/run/actor.sock',
        NOTIFY_GROUP: 'staff',
        NOTIFY_TRUSTED_USERS: 'www-data, grafana  deploy,',
        NOTIFY_LOG_LEVEL: 'DEBUG',
        NOTIFY_UNCONFIRMED_RETRY: '10s, 1m',
        NOTIFY_OUTBOX_MAX: '50',
        NOTIFY_RATE_PER_MINUTE: '6',
        NOTIFY_SHOW_HOST: 'yes',
        NOTIFY_ALERTS_FILE: '/etc/rules.yaml',
      }),
    ).toEqual({
      token: TELEGRAM_BOT_TOKEN,
      telegram: { root: 'http://127.0.0.1:8081' },
      dataDir: '/srv/notify',
      socketPath: '/run/other.sock',
      actorSocket: '/run/actor.sock',
      group: 'staff',
      trustedUsers: ['www-data', 'grafana', 'deploy'],
      logLevel: 'debug',
      unconfirmedWaits: [10_000, 60_000],
      outboxMax: 50,
      ratePerMinute: 6,
      alertsFile: '/etc/rules.yaml',
      showHost: true,
    });
  });

  test('that are empty count as not given', () => {
    const empty = { NOTIFY_GROUP: '', NOTIFY_TRUSTED_USERS: ' ', NOTIFY_DATA_DIR: '', NOTIFY_LOG_LEVEL: '' };
    expect(readBotSettings({ TELEGRAM_BOT_TOKEN, ...empty })).toEqual(readBotSettings({ TELEGRAM_BOT_TOKEN }));
  });

  test.each<[string, string]>([
    ['NOTIFY_ALERTS_FILE', 'alerts.yaml'],
    ['TELEGRAM_API_ROOT', 'api.telegram.org'],
    ['TELEGRAM_API_ROOT', 'ftp://example.org'],
    ['NOTIFY_DATA_DIR', 'data'],
    ['NOTIFY_DATA_DIR', './data'],
    ['NOTIFY_SOCKET', 'bot.sock'],
    ['NOTIFY_SOCKET', `/${'x'.repeat(120)}`],
    ['NOTIFY_LOG_LEVEL', 'loud'],
    ['NOTIFY_UNCONFIRMED_RETRY', 'soon'],
    ['NOTIFY_UNCONFIRMED_RETRY', '1m 1m 1m 1m 1m 1m 1m 1m 1m 1m 1m'],
    ['NOTIFY_OUTBOX_MAX', '0'],
    ['NOTIFY_OUTBOX_MAX', 'many'],
    ['NOTIFY_OUTBOX_MAX', '1.5'],
    ['NOTIFY_OUTBOX_MAX', '-3'],
    ['NOTIFY_OUTBOX_MAX', '1e9'],
    ['NOTIFY_RATE_PER_MINUTE', '0'],
    ['NOTIFY_RATE_PER_MINUTE', 'NaN'],
    ['NOTIFY_SHOW_HOST', '1'],
  ])('%s that is %s is refused in a sentence that names both', (name, value) => {
    const read = () => readBotSettings({ TELEGRAM_BOT_TOKEN, [name]: value });
    expect(read).toThrow(expect.objectContaining({ code: 'bad_setting' }));
    expect(read).toThrow(new RegExp(`^${name}: [^\\n]*\\.$`));
    expect(read).toThrow(value);
  });
});

describe('the token', () => {
  test('that is missing is asked for, with where it comes from', () => {
    for (const environment of [{}, { TELEGRAM_BOT_TOKEN: '  ' }]) {
      expect(() => readBotSettings(environment)).toThrow(expect.objectContaining({ code: 'no_token' }));
      expect(() => readBotSettings(environment)).toThrow(/^TELEGRAM_BOT_TOKEN is not set: .*@BotFather.*\.$/);
    }
  });

  test.each(['two words', 'a/b', 'x?y', '"quoted"', 'ünïcode', 'a\nb'])(
    'that can be none, %j, is refused without being shown',
    (token) => {
      expect(() => readBotSettings({ TELEGRAM_BOT_TOKEN: token })).toThrow(/^TELEGRAM_BOT_TOKEN is not a token/);
      expect(() => readBotSettings({ TELEGRAM_BOT_TOKEN: token })).not.toThrow(token);
    },
  );

  test('is read from systemd’s credential, and the environment wins', async () => {
    const folder = await temporaryFolder();
    const environment = { CREDENTIALS_DIRECTORY: folder };
    expect(() => readBotSettings(environment)).toThrow(expect.objectContaining({ code: 'no_token' }));
    await writeFile(join(folder, 'telegram-bot-token'), '77:from-the-credential\n');
    expect(readBotSettings(environment).token).toBe('77:from-the-credential');
    expect(readBotSettings({ ...environment, TELEGRAM_BOT_TOKEN }).token).toBe(TELEGRAM_BOT_TOKEN);
  });

  test('in a credential that cannot be read is named by its path', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'telegram-bot-token'));
    expect(() => readBotSettings({ CREDENTIALS_DIRECTORY: folder })).toThrow(
      /telegram-bot-token could not be read \(EISDIR\)/,
    );
  });
});
