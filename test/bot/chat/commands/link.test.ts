import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';
import { waitFor } from '../../../support/wait-for.ts';

let bot: RunningBot;
/** Each test has a chat of its own. */
let lastChat = -1_001_000_000_000;
const newChat = () => {
  lastChat -= 1;
  return lastChat;
};
const ANN = 501;

beforeAll(async () => {
  bot = await startBot({ people: ['ann', 'ben'], links: { ann: ANN } });
  await bot.ask(9, '/help');
});
afterAll(() => bot.stop());

const codeFor = async (name: string, more: object = {}) => {
  const { status, body } = await bot.client.request('POST', '/destinations', { user: 'ann', name, ...more });
  if (status !== 200) throw new Error(JSON.stringify(body));
  return (body as { code: string }).code;
};
const stored = async (): Promise<Record<string, unknown>> =>
  JSON.parse(await readFile(join(bot.dataDir, 'destinations.json'), 'utf8').catch(() => '{}'));

describe('/link CODE', () => {
  test('registers a group, says whose it is and how it is used, and works once', async () => {
    const group = newChat();
    bot.sandbox.open(group, undefined, 'Operations');
    const code = await codeFor('ops', { senders: ['ben'] });
    const { text } = await bot.ask(group, `/link ${code.toLowerCase()}`);
    expect(text).toMatch(/^✅ This group is the destination ops of ann on \S+ now\. One person can read it\./);
    expect(text).toMatch(/Who may send here: ann, ben\. Try on the server:\nnotify-runner destination test ops$/);
    expect((await stored()).ops).toMatchObject({
      chat_id: group,
      owner: 'ann',
      senders: ['ben'],
      title: 'Operations',
      username: null,
    });
    expect((await bot.ask(group, `/link ${code}`)).text).toMatch(
      /used already\..*\n\nThis group is registered as ops of ann\.$/,
    );
    const again = newChat();
    expect((await bot.ask(again, `/link ${code}`)).text).toMatch(
      /^This code is not known or was used already\. Run notify-runner destination add NAME on the server for a new one\.$/,
    );
  });

  test('registers the topic it is sent in, and answers there; General stands for the group', async () => {
    const forum = newChat();
    bot.sandbox.forum(forum, 'Forum');
    const topic = bot.sandbox.addTopic(forum, 'Disks');
    const [disks, all] = [await codeFor('forum/disks'), await codeFor('forum')];
    const answer = bot.next(forum);
    bot.sandbox.say(forum, `/link ${disks}`, {}, topic);
    expect(await answer).toMatchObject({ message_thread_id: topic, text: expect.stringMatching(/^✅ This topic is/) });
    const whole = await bot.ask(forum, `/link ${all}`);
    expect([whole.message_thread_id, whole.text?.slice(0, 12)]).toEqual([undefined, '✅ This group']);
    const entries = await stored();
    expect(entries['forum/disks']).toMatchObject({ chat_id: forum, thread_id: topic });
    expect(entries.forum).toMatchObject({ chat_id: forum });
    expect(entries.forum).not.toHaveProperty('thread_id');
  });

  test('a thread of replies in a group without topics is the group', async () => {
    const group = newChat();
    const code = await codeFor('replies');
    const answer = bot.next(group);
    bot.sandbox.say(group, `/link ${code}`, {}, 77);
    await answer;
    expect((await stored()).replies).not.toHaveProperty('thread_id');
  });

  test('of a topic’s name leaves the code good where there is no topic', async () => {
    const forum = newChat();
    const code = await codeFor('topics/one');
    expect((await bot.ask(forum, `/link ${code}`)).text).toMatch(/^topics\/one is the name of a topic: send the same/);
    bot.sandbox.forum(forum);
    const topic = bot.sandbox.addTopic(forum, 'One');
    const answer = bot.next(forum);
    bot.sandbox.say(forum, `/link ${code}`, {}, topic);
    expect((await answer).text).toMatch(/^✅ This topic/);
  });

  test('posted in a channel registers it; nothing else that is posted there is answered', async () => {
    const channel = newChat();
    bot.sandbox.channel(channel, 'News', 'our_news');
    bot.sandbox.admit(channel);
    const code = await codeFor('news');
    for (const text of ['/help', '/start', 'Hello']) bot.sandbox.post(channel, text);
    const answer = bot.next(channel);
    bot.sandbox.post(channel, `/link ${code}`);
    expect((await answer).text).toMatch(/^✅ This channel is the destination news of ann/);
    expect(bot.sandbox.messages(channel)).toHaveLength(1);
    expect((await stored()).news).toMatchObject({ type: 'channel', username: 'our_news' });
  });

  test('in a channel where the bot may not post tells the owner what is missing, and when it is granted all is well', async () => {
    const channel = newChat();
    bot.sandbox.channel(channel, 'Closed');
    bot.sandbox.admit(channel, 'administrator', { can_post_messages: false });
    const code = await codeFor('closed');
    const told = bot.next(ANN);
    bot.sandbox.post(channel, `/link ${code}`);
    expect((await told).text).toMatch(
      /^Nothing can be sent to your destination closed, Closed \(channel\)\. The bot may not write in this group or channel; one of its admins has to allow it/,
    );
    expect((await stored()).closed).toHaveProperty('unreachable');
    bot.sandbox.admit(channel);
    await expect.poll(async () => (await stored()).closed).not.toHaveProperty('unreachable');
  });

  test('by an anonymous admin counts as one of the group', async () => {
    const group = newChat();
    const chat = bot.sandbox.open(group, undefined, 'Masked');
    const code = await codeFor('masked');
    const answer = bot.next(group);
    const message = {
      message_id: 70_000,
      date: 1,
      chat,
      from: { id: 1087968824, is_bot: true, first_name: 'Group', username: 'GroupAnonymousBot' },
      sender_chat: chat,
      text: `/link ${code}`,
    };
    bot.sandbox.push({ message });
    expect((await answer).text).toMatch(/^✅ This group is the destination masked/);
  });

  test('that Telegram copies from a channel to its discussion group does not register the group', async () => {
    const group = newChat();
    const chat = bot.sandbox.open(group, undefined, 'Discussion');
    const code = await codeFor('copied');
    const message = { message_id: 70_001, date: 1, chat, sender_chat: chat, is_automatic_forward: true };
    bot.sandbox.push({ message: { ...message, text: `/link ${code}` } });
    await bot.ask(group, '/link');
    expect(await stored()).not.toHaveProperty('copied');
  });

  test('of one code in two chats at once is good for one of them', async () => {
    const chats = [newChat(), newChat(), newChat()];
    const code = await codeFor('raced');
    const answers = chats.map((chat) => bot.next(chat));
    for (const chat of chats) bot.sandbox.say(chat, `/link ${code}`);
    const texts = (await Promise.all(answers)).map(({ text = '' }) => text);
    expect(texts.filter((text) => text.startsWith('✅'))).toHaveLength(1);
    expect(texts.filter((text) => text.includes('used already'))).toHaveLength(2);
  });

  test('of a name that was registered elsewhere names the earlier place', async () => {
    const [first, second] = [newChat(), newChat()];
    bot.sandbox.open(first, undefined, 'Old Place');
    await bot.ask(first, `/link ${await codeFor('moving')}`);
    const { text } = await bot.ask(second, `/link ${await codeFor('moving')}`);
    expect(text).toMatch(/ It was Old Place \(group\) before; nothing more comes there\./);
  });

  test('of a name that somebody else took meanwhile says so', async () => {
    const code = await codeFor('wanted');
    const bens = await bot.client.request('POST', '/destinations', { user: 'ben', name: 'wanted' });
    await bot.ask(newChat(), `/link ${(bens.body as { code: string }).code}`);
    expect((await bot.ask(newChat(), `/link ${code}`)).text).toMatch(/^wanted belongs to somebody else by now/);
  });

  test('is refused for a minute after five wrong ones of one person, in whatever chat, and not for others', async () => {
    const guesses = Array.from({ length: 5 }, (_, n) => `/link 0000-000${n}`);
    for (const guess of guesses) {
      const answer = bot.next(lastChat - 1);
      bot.sandbox.say(newChat(), guess, { id: 31 });
      expect((await answer).text).toMatch(/not known/);
    }
    const code = await codeFor('guarded');
    const group = newChat();
    const refused = bot.next(group);
    bot.sandbox.say(group, `/link ${code}`, { id: 31 });
    expect((await refused).text).toMatch(/^Too many wrong codes/);
    const answer = bot.next(group);
    bot.sandbox.say(group, `/link ${code}`, { id: 32 });
    expect((await answer).text).toMatch(/^✅/);
  });
});

describe('the link that adds the bot to a group', () => {
  test('registers the group by what Telegram sends there', async () => {
    const group = newChat();
    const { body } = await bot.client.request('POST', '/destinations', { user: 'ann', name: 'added' });
    const start = new URL((body as { url: string }).url).searchParams.get('startgroup');
    expect((await bot.ask(group, `/start@${bot.sandbox.username} ${start}`)).text).toMatch(
      /^✅ This group is the destination added/,
    );
  });
});

test.each(['/link', '/link 0000-0000', '/start 00000000'])('%s in a private chat explains', async (typed) => {
  expect((await bot.ask(77, typed)).text).toMatch(/registers a group, a channel or a topic: send it there\./);
});

test('/link without a code names what is registered here, and how to get a code', async () => {
  const group = newChat();
  expect((await bot.ask(group, '/link')).text).toMatch(
    /^\/link CODE registers this group as a destination of notifications\. For a code, run notify-runner/,
  );
  await bot.ask(group, `/link ${await codeFor('shown')}`);
  expect((await bot.ask(group, '/link')).text).toMatch(/^This group is registered as shown of ann\.\n\n\/link CODE/);
});

describe('a registered chat', () => {
  test('is followed to its new id and name, and marked while the bot is not in it', async () => {
    const group = -5151;
    bot.sandbox.open(group, undefined, 'Small');
    await bot.ask(group, `/link ${await codeFor('followed')}`);
    const told = bot.next(ANN);
    bot.sandbox.kick(group);
    expect((await told).text).toMatch(/^Nothing can be sent to your destination followed, Small \(group\)\./);
    expect((await stored()).followed).toHaveProperty('unreachable');
    bot.sandbox.restore(group);
    await expect.poll(async () => (await stored()).followed).not.toHaveProperty('unreachable');

    const larger = newChat();
    const chat = bot.sandbox.open(larger, undefined, 'Large');
    const from = { id: 1001, is_bot: false, first_name: 'Ada' };
    const small = { id: group, type: 'group', title: 'Small' };
    bot.sandbox.push({ message: { message_id: 9, date: 1, chat: small, from, migrate_to_chat_id: larger } });
    await expect.poll(async () => (await stored()).followed).toMatchObject({ chat_id: larger, type: 'supergroup' });
    bot.sandbox.push({ message: { message_id: 10, date: 1, chat, from, new_chat_title: 'Large' } });
    await expect.poll(async () => (await stored()).followed).toMatchObject({ title: 'Large' });
  });

  test('keeps its topics apart from itself', async () => {
    const forum = newChat();
    bot.sandbox.forum(forum);
    const topic = bot.sandbox.addTopic(forum, 'A');
    const answer = bot.next(forum);
    bot.sandbox.say(forum, `/link ${await codeFor('apart/a')}`, {}, topic);
    await answer;
    expect((await bot.ask(forum, '/link')).text).toMatch(/^\/link CODE registers this group/);
    await waitFor(() => bot.sandbox.commands.some(({ command }) => command === 'link'));
  });
});
