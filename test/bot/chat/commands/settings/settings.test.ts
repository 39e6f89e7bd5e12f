import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Chat, chatWith } from '../../../../support/bot/chat.ts';
import { type RunningBot, startBot } from '../../../../support/bot/running-bot.ts';

let bot: RunningBot;
let chat: Chat;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1, ana: 2, eve: 2 } });
  chat = chatWith(bot);
});
afterAll(() => bot.stop());

const settingsOf = async (user: string) =>
  (await bot.client.request('GET', `/settings?user=${user}`)).body as Record<string, unknown>;

beforeEach(async () => {
  for (const name of ['quiet', 'digest', 'timezone']) {
    await bot.ask(1, `/settings ${name} off`);
    await bot.ask(2, `/settings ${name} off`);
  }
});

describe('/settings', () => {
  test('shows what is set, and how to change it', async () => {
    const { text } = await bot.ask(1, '/settings');
    expect(text).toMatch(/^ben\nTime zone: .+, the server’s\nQuiet hours: off\nDigest of mild messages: off\n/);
    expect(text).toContain('/settings quiet 22:00-07:00 mon-fri');
  });

  test.each([
    ['/settings quiet 22:00-07:00 mon-fri', 'Quiet hours: 22:00-07:00 mon-fri\n'],
    ['/settings Quiet 22:00–07:00', 'Quiet hours: 22:00-07:00\n'],
    ['/settings timezone europe/berlin', 'Time zone: Europe/Berlin\n'],
    ['/settings digest 15m', 'Digest of mild messages: 15m\n'],
  ])('%s changes it', async (typed, shown) => {
    expect((await bot.ask(1, typed)).text).toContain(shown);
  });

  test.each([
    ['/settings quite 22:00-07:00', 'There is no setting quite; did you mean quiet?'],
    ['/settings theme dark', 'There is no setting theme; there are timezone, quiet, digest.'],
    ['/settings digest hourly', 'digest: "hourly" is not a duration such as 15m, 1h or 1d.'],
    ['/settings timezone Europe/Belrin', 'timezone: "Europe/Belrin" is not a time zone; did you mean Europe/Berlin?'],
  ])('%s is answered with what is wrong', async (typed, answer) => {
    expect((await bot.ask(1, typed)).text).toBe(answer);
    expect(await settingsOf('ben')).toMatchObject({ timezone: null, quiet: null, digest: null });
  });

  test('changes them for every account of the chat, and no other', async () => {
    await bot.ask(2, '/settings digest 1h');
    expect([await settingsOf('ana'), await settingsOf('eve'), await settingsOf('ben')]).toMatchObject([
      { digest: '1h' },
      { digest: '1h' },
      { digest: null },
    ]);
  });

  test('is only for linked chats', async () => {
    expect((await bot.ask(7, '/settings quiet 22:00-07:00')).text).toBe('Use /start to link your account.');
  });
});

describe('a button', () => {
  test('changes a setting, and the message shows the new one', async () => {
    const message = await bot.ask(1, '/settings');
    expect((await chat.press(message, /15m/)).text).toBe('Digest: 15m');
    await chat.says(message, /Digest of mild messages: 15m\n/);
    expect(chat.button(message, /15m/).text).toBe('✓ 📥 15m');
    expect(await settingsOf('ben')).toMatchObject({ digest: '15m', quiet: null });
    await chat.press(message, /^off$/, 1);
    await chat.says(message, /Digest of mild messages: off\n/);
  });

  test('whose data was forged does nothing', async () => {
    const message = await bot.ask(1, '/settings');
    for (const data of ['pe:digest:1s', 'pe:timezone:UTC', 'pe:__proto__:x', 'pe:']) {
      expect((await chat.pressToken(message, data)).text).toBe('This button does nothing any more.');
    }
    expect(await settingsOf('ben')).toMatchObject({ timezone: null, digest: null });
  });
});
