import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../../src/sandbox/model.ts';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';
import { waitFor } from '../../../support/wait-for.ts';

const GROUP = -1000;
const FORUM = -1_000_000_000_055;
const STRANGE = -1_000_000_000_077;
let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ana: 1, ben: 2, eva: 3, ida: 3, team: GROUP, ops: FORUM } });
  bot.sandbox.open(GROUP, undefined, 'Team');
  bot.sandbox.forum(FORUM, 'Ops');
  bot.sandbox.forum(STRANGE, 'Others');
});
afterAll(() => bot.stop());

/** Sends a message with a button, and returns it. */
async function withButton(user: string, chatId: number, send: string, text = 'OK'): Promise<SandboxMessage> {
  const next = bot.next(chatId);
  await bot.send({ user, text: 'Look', buttons: [{ text, send }] });
  return next;
}

const dataOf = (message: SandboxMessage) => message.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? '';

/** A press of `P501` under a message that only Telegram knows. */
function pressed(chatId: number, message: object, data: string): void {
  const from = { id: 501, is_bot: false, first_name: 'P501' };
  const chat = { id: chatId, type: 'supergroup', title: 'Ops', is_forum: true };
  const query = { id: '55', from, chat_instance: '1', data, message: { message_id: 7, chat, ...message } };
  bot.sandbox.push({ callback_query: query });
}

/** Presses the first button of a message, and waits for the answer to the press. */
async function press(message: SandboxMessage, from?: number, data = dataOf(message)) {
  const before = bot.sandbox.answers.length;
  const who = from === undefined ? undefined : { id: from, first_name: `P${from}` };
  bot.sandbox.press(message.chat_id, message.message_id, data, who);
  return waitFor(() => bot.sandbox.answers[before]);
}

const statusOf = async (user: string) => ((await bot.send({ user, text: 'x' })).body as { status: string }).status;

describe('under one’s own message in one’s own chat', () => {
  test('a press does the command at once', async () => {
    const message = await withButton('ana', 1, '/mute 2h');
    const answer = bot.next(1);
    expect((await press(message)).text).toBeUndefined();
    expect((await answer).text).toMatch(/^🔕 Everything is muted for 2h\./);
    await bot.ask(1, '/unmute');
  });

  test('words are what a person said', async () => {
    const message = await withButton('ana', 1, 'yes, please');
    const answer = bot.next(1);
    await press(message);
    expect((await answer).text).toMatch(/^I don’t understand that/);
  });

  test('a command that asks still asks', async () => {
    const message = await withButton('ana', 1, '/unlink');
    const answer = bot.next(1);
    await press(message);
    expect((await answer).text).toMatch(/^Unlink ana on/);
  });
});

describe('anywhere else a command is shown first', () => {
  /** The press of a button is answered by a question, whose button does it for the same person. */
  async function asksFirst(message: SandboxMessage, presser: number, whom: string) {
    const next = bot.next(message.chat_id);
    await press(message, presser);
    const question = await next;
    expect(question.text).toBe(`${whom}Send /mute 2h as you?`);
    return question;
  }

  test('in a group, where only the person who pressed confirms it', async () => {
    const question = await asksFirst(await withButton('team', GROUP, '/mute 2h'), 501, 'P501: ');
    expect(await press(question, 502)).toMatchObject({
      text: 'Only who asked for this can confirm it.',
      show_alert: true,
    });
    expect(await statusOf('team')).toBe('sent');
    const answer = bot.next(GROUP);
    await press(question, 501);
    expect((await answer).text).toMatch(/^🔕/);
    expect(await statusOf('team')).toBe('muted');
    await bot.ask(GROUP, '/unmute');
    const after = bot.sandbox.messages(GROUP).length;
    await press(question, 501);
    expect(await statusOf('team')).toBe('sent');
    expect(bot.sandbox.messages(GROUP)).toHaveLength(after + 1);
    const asked = () => bot.sandbox.messages(GROUP).find(({ message_id }) => message_id === question.message_id);
    await waitFor(() => asked()?.reply_markup === undefined);
  });

  test('in the topic of the message, and also after a restart', async () => {
    const topic = bot.sandbox.addTopic(FORUM, 'Disks');
    const next = bot.next(FORUM);
    pressed(FORUM, { date: 1, message_thread_id: topic, is_topic_message: true }, 't:abcd/mute 2h');
    const question = await next;
    expect(question).toMatchObject({ text: 'P501: Send /mute 2h as you?', message_thread_id: topic });
    await bot.restart();
    const answer = bot.next(FORUM);
    await press(question, 501);
    expect(await answer).toMatchObject({ text: expect.stringMatching(/^🔕/), message_thread_id: topic });
  });

  test('where two accounts share a private chat', async () => {
    await asksFirst(await withButton('eva', 3, '/mute 2h'), 3, '');
  });

  test('and so are words that the button does not say', async () => {
    const hidden = await withButton('eva', 3, 'Yes, all of it');
    const question = bot.next(3);
    await press(hidden);
    expect((await question).text).toBe('Send Yes, all of it as you?');
    const answer = bot.next(3);
    await press(await question);
    expect((await answer).text).toMatch(/^I don’t understand that/);
    const shown = await withButton('eva', 3, 'Yes', 'Yes');
    const second = bot.next(3);
    await press(shown);
    expect((await second).text).toMatch(/^I don’t understand that/);
  });

  test('under another account’s message in one’s own chat', async () => {
    const next = bot.next(1);
    await bot.send({ user: 'team', to: 'user:ana', text: 'Look', buttons: [{ text: 'OK', send: '/mute 2h' }] });
    await asksFirst(await next, 1, '');
    expect(await statusOf('ana')).toBe('sent');
  });

  test('in a chat that is linked to nobody', async () => {
    const next = bot.next(STRANGE);
    pressed(STRANGE, { date: 1 }, 't:abcd/link 123456');
    const question = await next;
    expect(question.text).toBe('P501: Send /link 123456 as you?');
    await press(question, 501);
    const asked = () => bot.sandbox.messages(STRANGE).find(({ message_id }) => message_id === question.message_id);
    await waitFor(() => asked()?.reply_markup === undefined);
  });

  test('where the chat is another account’s by now', async () => {
    const message = await withButton('ben', 2, '/mute 2h');
    await bot.client.request('POST', '/unlink', { user: 'ben' });
    await bot.link('cora', 2);
    await asksFirst(message, 2, '');
  });

  test('once a minute for one person and button', async () => {
    const message = await withButton('team', GROUP, '/mute 2h');
    await asksFirst(message, 510, 'P510: ');
    expect((await press(message, 510)).text).toBe('Confirm it in the message below.');
    await asksFirst(message, 511, 'P511: ');
  });
});

describe('a press that cannot be done', () => {
  test('by an anonymous administrator is answered', async () => {
    const message = await withButton('team', GROUP, '/run backup');
    const before = bot.sandbox.answers.length;
    const anonymous = { id: 1_087_968_824, is_bot: true, first_name: 'Group' };
    bot.sandbox.press(GROUP, message.message_id, dataOf(message), anonymous);
    const answer = await waitFor(() => bot.sandbox.answers[before]);
    expect(answer.text).toBe('Telegram does not say who you are. Send it yourself: /run backup');
  });

  test('under a message that is gone is answered', async () => {
    const [calls, messages] = [bot.sandbox.calls.counts.answerCallbackQuery ?? 0, bot.sandbox.messages(FORUM).length];
    pressed(FORUM, { date: 0 }, 't:abcd/mute 2h');
    await waitFor(() => (bot.sandbox.calls.counts.answerCallbackQuery ?? 0) > calls);
    expect(bot.sandbox.messages(FORUM)).toHaveLength(messages);
  });

  test.each(['t:', 't:abcd', 'c:', 'x'])('with the data %s does nothing and is answered', async (data) => {
    const message = await withButton('ana', 1, '/mute 2h');
    const before = bot.sandbox.messages(1).length;
    await press(message, 1, data);
    expect(bot.sandbox.messages(1)).toHaveLength(before);
  });
});
