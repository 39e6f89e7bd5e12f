import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../../support/bot/running-bot.ts';
import { waitFor } from '../../support/wait-for.ts';

const me = userInfo().username;
const GROUP = -5;
const REUSED = 40;
let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({
    beforeStart: async (dataDir) => {
      await mkdir(dataDir, { recursive: true });
      const linked_at = '2026-01-30T12:00:00Z';
      const entries = {
        ben: { chat_id: 1, linked_at },
        ana: { chat_id: 2, linked_at },
        eve: { chat_id: 2 },
        team: { chat_id: GROUP, linked_at },
        gone: { chat_id: 3, linked_at },
        one: { chat_id: 4, linked_at },
        two: { chat_id: 4, linked_at },
        // The name is this account's now; the link was somebody else's.
        [me]: { chat_id: REUSED, linked_at, uid: 4_000_000 },
      };
      await writeFile(join(dataDir, 'telegram_users.json'), JSON.stringify(entries));
    },
  });
});
afterAll(() => bot.stop());

describe('/whoami', () => {
  test('names the account, since when, and the chat', async () => {
    expect((await bot.ask(1, '/whoami')).text).toMatch(
      /^You are ben on .*, linked since 2026-01-30\.\nChat: \S+ \(private, 1\)$/,
    );
  });

  test('in a group names the group', async () => {
    expect((await bot.ask(GROUP, '/whoami@notify_sandbox_bot')).text).toMatch(/You are team[\s\S]*\(group, -5\)$/);
  });

  test('names every account of a chat', async () => {
    const before = bot.sandbox.messages(2).length;
    await bot.ask(2, '/whoami');
    await bot.ask(2, '/help');
    const said = bot.sandbox
      .messages(2)
      .slice(before)
      .map((m) => m.text ?? '');
    expect(said.filter((text) => /^You are (ana|eve)/.test(text))).toHaveLength(2);
    expect(said.join()).toContain('an unknown day');
  });

  test('in a chat that is not linked says so, and how to link', async () => {
    expect((await bot.ask(9, '/whoami')).text).toMatch(
      /^This chat is not linked\. Use \/start to link your account\.\nChat: /,
    );
  });

  test('in the chat of a name that was given to somebody else says that it is not linked', async () => {
    expect((await bot.ask(REUSED, '/whoami')).text).toMatch(/^This chat is not linked/);
  });
});

describe('/status', () => {
  test('shows the link and that nothing waits', async () => {
    expect((await bot.ask(1, '/status')).text).toMatch(
      /^ben on .*\nLinked since 2026-01-30\nNothing is waiting to be sent$/,
    );
  });

  test('shows what waits', async () => {
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: { status: 500, body: '{}' } });
    for (const text of ['a', 'b']) await bot.send({ user: 'ben', text, wait: 0 });
    // The command is answered, though the notification before it has to wait.
    expect((await bot.ask(1, '/status')).text).toMatch(/[12] waiting to be sent/);
    await bot.sandbox.waitFor((m) => m.text === 'b', 30_000);
  });

  test('shows every account of the chat', async () => {
    expect((await bot.ask(2, '/status')).text).toMatch(/^ana on [\s\S]*\neve on /);
  });

  test.each([9, REUSED])('in chat %i, which is not linked, says how to link', async (chatId) => {
    expect((await bot.ask(chatId, '/status')).text).toBe('Use /start to link your account.');
  });
});

describe('/unlink', () => {
  const users = async () => Object.keys(JSON.parse(await readFile(join(bot.dataDir, 'telegram_users.json'), 'utf8')));

  test('ends the link of the chat', async () => {
    const question = await bot.ask(3, '/unlink');
    expect(question.text).toMatch(/^Unlink gone on \S+ from this chat\? Its notifications then come nowhere\.$/);
    expect(await users()).toContain('gone');
    expect((await bot.confirm(3, '/unlink')).text).toBe(
      'Unlinked gone. No more notifications come here; /start links again.',
    );
    expect(await users()).not.toContain('gone');
    expect((await bot.send({ user: 'gone', text: 'x' })).status).toBe(404);
    expect((await bot.ask(3, '/unlink')).text).toBe('Use /start to link your account.');
  });

  test('of one account of several leaves the others', async () => {
    expect((await bot.ask(4, '/unlink nobody')).text).toBe('nobody is not linked to this chat; one, two is.');
    expect((await bot.ask(4, '/unlink one twoo')).text).toBe(
      'twoo is not linked to this chat; one, two is. Did you mean two?',
    );
    expect((await bot.confirm(4, '/unlink one')).text).toMatch(/^Unlinked one\./);
    expect(await users()).toEqual(expect.arrayContaining(['two', 'ben']));
    expect(await users()).not.toContain('one');
  });

  test('in a group is confirmed by who asked for it, and by nobody else', async () => {
    const question = await bot.ask(GROUP, '/unlink@notify_sandbox_bot');
    const data = question.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? '';
    const press = async (id: number) => {
      const before = bot.sandbox.answers.length;
      bot.sandbox.press(GROUP, question.message_id, data, { id });
      return waitFor(() => bot.sandbox.answers[before]);
    };
    expect(await press(77)).toMatchObject({ text: 'Only who asked for this can confirm it.', show_alert: true });
    expect(await users()).toContain('team');
    await press(1001);
    await waitFor(async () => !(await users()).includes('team'));
  });

  test('cannot end another chat’s link', async () => {
    expect((await bot.ask(4, '/unlink ben')).text).toMatch(/^ben is not linked to this chat/);
    expect(await users()).toContain('ben');
  });

  test('in the chat of a name that was given to somebody else ends nothing', async () => {
    expect((await bot.ask(REUSED, '/unlink')).text).toBe('Use /start to link your account.');
    expect(await users()).toContain(me);
  });
});
