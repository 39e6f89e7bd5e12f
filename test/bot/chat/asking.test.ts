import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createOutageWatch } from '../../../src/bot/chat/asking/late.ts';
import { type RunningBot, startBot } from '../../support/bot/running-bot.ts';
import { waitFor } from '../../support/wait-for.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1, ana: 2 } });
});
afterAll(() => bot.stop());

const from = (id: number) => ({ id, is_bot: false, first_name: 'Ben' });
const chatOf = (id: number) => ({ id, type: 'private', first_name: 'Ben' });
let messageIds = 5000;

/** A message that was given some hours ago, as Telegram hands it over after an outage. */
function push(chatId: number, content: object, hoursAgo = 0): void {
  messageIds += 1;
  const date = Math.floor(Date.now() / 1000) - hoursAgo * 3600;
  bot.sandbox.push({ message: { message_id: messageIds, date, chat: chatOf(chatId), from: from(chatId), ...content } });
}

async function answered(chatId: number, content: object, hoursAgo = 0) {
  const answer = bot.next(chatId);
  push(chatId, content, hoursAgo);
  return answer;
}

const statusOf = async (user: string) => ((await bot.send({ user, text: 'x' })).body as { status: string }).status;

describe('a command that arrives hours late', () => {
  test.each(['/mute 1h', '/unmute', '/run', '/test'])('%s is asked about', async (text) => {
    const question = await answered(1, { text }, 20);
    expect(question.text).toBe(`You sent ${text} 20h ago, and it could not be received before. Do it now?`);
    expect(question.reply_markup?.inline_keyboard?.[0]?.[0]?.text).toBe('Do it now');
    expect(await statusOf('ben')).toBe('sent');
  });

  test('is done once, after a press', async () => {
    const question = await answered(2, { text: '/mute 2h' }, 20);
    expect(await statusOf('ana')).toBe('sent');
    const data = question.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? '';
    const answer = bot.next(2);
    bot.sandbox.press(2, question.message_id, data);
    expect((await answer).text).toMatch(/^🔕 Everything is muted for 2h\./);
    expect(await statusOf('ana')).toBe('muted');
    await bot.ask(2, '/unmute');
    const presses = bot.sandbox.answers.length;
    bot.sandbox.press(2, question.message_id, data);
    await waitFor(() => bot.sandbox.answers.length > presses);
    expect(await statusOf('ana')).toBe('sent');
  });

  test.each(['/start', '/help', '/status', '/whoami'])('%s is answered', async (text) => {
    expect((await answered(1, { text }, 20)).text).not.toMatch(/Do it now/);
  });

  test('of a few minutes is done', async () => {
    expect((await answered(1, { text: '/unmute' }, 0.05)).text).toMatch(/^🔔/);
  });
});

describe('a press after an outage', () => {
  test('is not trusted for half a minute', () => {
    let time = 0;
    const watch = createOutageWatch(() => time);
    const step = (ms: number) => {
      time += ms;
      watch.answered();
      return watch.isJustOver();
    };
    expect(step(30_000)).toBe(false);
    expect(step(299_000)).toBe(false);
    expect(step(300_000)).toBe(true);
    expect(step(29_000)).toBe(true);
    expect(step(2000)).toBe(false);
  });
});

describe('messages that nobody typed', () => {
  test.each<[string, object]>([
    ['a pinned message', { pinned_message: { message_id: 1, date: 1, chat: chatOf(1), text: 'x' } }],
    ['the timer of deletion', { message_auto_delete_timer_changed: { message_auto_delete_time: 86_400 } }],
    ['a chat’s background', { chat_background_set: { type: { type: 'fill' } } }],
    ['the permission to write', { write_access_allowed: {} }],
    ['a kind that is newer than this program', { something_new: {} }],
  ])('%s gets no answer', async (_what, content) => {
    const before = bot.sandbox.messages(1).length;
    push(1, content);
    // The next message of the same chat is handled after it.
    expect((await bot.ask(1, 'a word')).text).toMatch(/^I don’t understand/);
    expect(bot.sandbox.messages(1).length).toBe(before + 1);
  });

  test('the pictures of an album get one answer', async () => {
    const before = bot.sandbox.messages(1).length;
    for (let n = 0; n < 4; n += 1) push(1, { photo: [{ file_id: 'x', width: 1, height: 1 }], media_group_id: '77' });
    bot.sandbox.say(1, '/whoami');
    const since = () => bot.sandbox.messages(1).slice(before);
    await waitFor(() => since().some(({ text }) => text?.startsWith('You are ben')));
    expect(since().map(({ text }) => text?.slice(0, 7))).toEqual(['I don’t', 'You are']);
  });
});
