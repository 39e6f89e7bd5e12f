import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { compose } from '../../../src/bot/chat/reply.ts';
import { type RunningBot, startBot } from '../../support/bot/running-bot.ts';

const GROUP = -5;
let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1, team: GROUP } });
});
afterAll(() => bot.stop());

describe('/help', () => {
  test('lists every command with a line, and says what reports here', async () => {
    const { text = '' } = await bot.ask(1, '/help');
    for (const name of [
      'start',
      'status',
      'run [script]',
      'mute [2h | until 18:00 | forever] [script]',
      'unmute [script]',
      'test',
      'whoami',
      'unlink [account]',
      'help',
    ]) {
      expect(text).toContain(`\n/${name} — `);
    }
    expect(text).toContain('~/user/notifications/');
  });

  test('in a chat that is not linked says how to begin', async () => {
    expect((await bot.ask(2, '/help')).text).toMatch(/not linked yet: begin with \/start\.$/);
  });

  test.each([
    ['with a capital, as phones begin', '/Help', [{ type: 'bot_command', offset: 0, length: 5 }]],
    ['without the mark of a command, as some servers send it', '/help', undefined],
  ])('%s', async (_what, typed, entities) => {
    const answer = bot.next(1);
    const chat = { id: 1, type: 'private', first_name: 'Ben' };
    const from = { id: 1, is_bot: false, first_name: 'Ben' };
    bot.sandbox.push({ message: { message_id: 78, date: 1, chat, from, text: typed, ...(entities && { entities }) } });
    expect((await answer).text).toContain('/mute');
  });

  test('in a group answers, also when it is asked by name', async () => {
    expect((await bot.ask(GROUP, '/help')).text).toContain('/mute');
    expect((await bot.ask(GROUP, '/help@notify_sandbox_bot')).text).toContain('/mute');
  });
});

describe('anything else', () => {
  test.each(['hello', 'help', '/', '/nothing_of_this', '/helpme', '\u0000', '😀'])(
    '%j is answered with a pointer',
    async (typed) => {
      expect((await bot.ask(1, typed)).text).toBe('I don’t understand that. /help shows what I do.');
      expect((await bot.ask(2, typed)).text).toBe('Use /start to link your account.');
    },
  );

  test('a picture is answered as well', async () => {
    const answer = bot.next(1);
    const chat = { id: 1, type: 'private', first_name: 'Ben' };
    bot.sandbox.push({
      message: { message_id: 77, date: 1, chat, from: { id: 1, is_bot: false, first_name: 'Ben' }, photo: [] },
    });
    expect((await answer).text).toMatch(/^I don’t understand that/);
  });

  test('a group’s own talk, and commands for other bots, are left alone', async () => {
    const before = bot.sandbox.messages(GROUP).length;
    for (const typed of ['good morning', '/help@another_bot', '/unknown', '/unknown@another_bot', 'see /help'])
      bot.sandbox.say(GROUP, typed);
    expect((await bot.ask(GROUP, '/unknown@Notify_sandbox_bot')).text).toMatch(/^I don’t understand/);
    await sleep(50);
    expect(bot.sandbox.messages(GROUP)).toHaveLength(before + 1);
  });
});

test.each([0.5, 1e308, 'x', null, []])('a group is not followed to %j, which is no chat', async (to) => {
  const chat = { id: GROUP, type: 'group', title: 'Team' };
  bot.sandbox.push({ message: { message_id: 80, date: 1, chat, migrate_to_chat_id: to } });
  expect((await bot.ask(GROUP, '/help')).text).toContain('/mute');
});

describe('an answer', () => {
  test('puts its pieces together without any markup', () => {
    expect(compose(['a ', { bold: '😀*' }, '', { code: '' }, { code: 'x' }])).toEqual({
      text: 'a 😀*x',
      entities: [
        { type: 'bold', offset: 2, length: 3 },
        { type: 'code', offset: 5, length: 1 },
      ],
    });
  });
});
