import { describe, expect, test } from 'vitest';
import { call, startSandbox } from '../support/bot/sandbox-client.ts';

const FORUM = -1_001_000_000_007;
const CHANNEL = -1_001_000_000_008;

async function updatesOf(sandbox: Awaited<ReturnType<typeof startSandbox>>, allowed?: readonly string[]) {
  return (await call(sandbox, 'getUpdates', allowed && { allowed_updates: allowed })).result;
}

describe('a forum', () => {
  test('has topics, which calls and messages name; General has no id', async () => {
    const sandbox = await startSandbox();
    sandbox.forum(FORUM, 'Ops');
    const disks = sandbox.addTopic(FORUM, 'Disks');
    sandbox.say(FORUM, 'full?', undefined, disks);
    sandbox.say(FORUM, 'hello');
    expect(await updatesOf(sandbox)).toMatchObject([
      { message: { message_thread_id: disks, is_topic_message: true, forum_topic_created: { name: 'Disks' } } },
      { message: { message_thread_id: disks, is_topic_message: true, chat: { is_forum: true } } },
      { message: { text: 'hello' } },
    ]);
    const inTopic = await call(sandbox, 'sendMessage', { chat_id: FORUM, message_thread_id: disks, text: 'x' });
    expect(inTopic.result).toMatchObject({ message_thread_id: disks, is_topic_message: true });
    const inGeneral = await call(sandbox, 'sendMessage', { chat_id: FORUM, text: 'x' });
    expect(inGeneral.result).not.toHaveProperty('message_thread_id');
  });

  test.each([
    ['General by its id', 1],
    ['a topic that never was', 99],
    ['a topic that was deleted', 'deleted'],
  ])('refuses %s', async (_, id) => {
    const sandbox = await startSandbox();
    sandbox.forum(FORUM);
    const deleted = sandbox.addTopic(FORUM, 'Gone');
    sandbox.deleteTopic(FORUM, deleted);
    const thread = typeof id === 'number' ? id : deleted;
    const reply = await call(sandbox, 'sendMessage', { chat_id: FORUM, message_thread_id: thread, text: 'x' });
    expect(reply.description).toBe('Bad Request: message thread not found');
  });

  test('whose topic is closed takes messages of administrators alone', async () => {
    const sandbox = await startSandbox();
    sandbox.forum(FORUM);
    const topic = sandbox.addTopic(FORUM, 'Quiet');
    sandbox.closeTopic(FORUM, topic);
    sandbox.closeTopic(FORUM);
    const send = (thread?: number) =>
      call(sandbox, 'sendMessage', { chat_id: FORUM, text: 'x', ...(thread && { message_thread_id: thread }) });
    for (const thread of [topic, undefined]) expect((await send(thread)).description).toBe('Bad Request: TOPIC_CLOSED');
    sandbox.reopenTopic(FORUM);
    expect((await send()).ok).toBe(true);
    sandbox.admit(FORUM, 'administrator');
    expect((await send(topic)).ok).toBe(true);
  });
});

test('a thread of replies in a group without topics is no topic, and calls that name it are sent without', async () => {
  const sandbox = await startSandbox();
  sandbox.say(-1_001_000_000_009, 'x', undefined, 5);
  const [update] = (await updatesOf(sandbox)) as { message: object }[];
  expect(update?.message).toMatchObject({ message_thread_id: 5 });
  expect(update?.message).not.toHaveProperty('is_topic_message');
  const reply = await call(sandbox, 'sendMessage', { chat_id: -1_001_000_000_009, message_thread_id: 5, text: 'x' });
  expect(reply.result).not.toHaveProperty('message_thread_id');
});

describe('a channel', () => {
  test('takes messages of an administrator who may post, and tells it of posts', async () => {
    const sandbox = await startSandbox();
    sandbox.channel(CHANNEL, 'News', 'news');
    const send = (chat_id: number | string) => call(sandbox, 'sendMessage', { chat_id, text: 'x' });
    expect(await send(CHANNEL)).toMatchObject({
      status: 403,
      description: 'Forbidden: bot is not a member of the channel chat',
    });
    sandbox.post(CHANNEL, 'nobody hears this');
    sandbox.admit(CHANNEL, 'administrator', { can_post_messages: false });
    expect((await send(CHANNEL)).description).toBe('Bad Request: need administrator rights in the channel chat');
    sandbox.admit(CHANNEL);
    expect((await send('@News')).result).toMatchObject({
      chat: { type: 'channel' },
      sender_chat: { username: 'news' },
    });
    expect((await send('@other')).description).toBe('Bad Request: chat not found');
    sandbox.post(CHANNEL, '/link 123456');
    expect(await updatesOf(sandbox)).toMatchObject([
      { my_chat_member: { new_chat_member: { status: 'administrator', can_post_messages: false } } },
      {
        my_chat_member: { old_chat_member: { can_post_messages: false }, new_chat_member: { can_post_messages: true } },
      },
      { channel_post: { text: '/link 123456', sender_chat: { id: CHANNEL } } },
    ]);
  });
});

describe('reactions', () => {
  test('of the bot are Telegram’s 73, one a message', async () => {
    const sandbox = await startSandbox();
    sandbox.say(7, 'x');
    const react = (emoji: string, message_id = 1) =>
      call(sandbox, 'setMessageReaction', { chat_id: 7, message_id, reaction: [{ type: 'emoji', emoji }] });
    expect((await react('👀')).ok).toBe(true);
    expect((await react('✅')).description).toBe('Bad Request: REACTION_INVALID');
    expect((await react('👀', 9)).description).toBe('Bad Request: message to react not found');
    expect((await call(sandbox, 'setMessageReaction', { chat_id: 7, message_id: 1 })).ok).toBe(true);
  });

  test('of people reach a bot that asks for them, in a group an administrator alone', async () => {
    const sandbox = await startSandbox();
    await updatesOf(sandbox, ['message_reaction', 'message']);
    await call(sandbox, 'sendMessage', { chat_id: 7, text: 'x' });
    await call(sandbox, 'sendMessage', { chat_id: FORUM, text: 'x' });
    sandbox.react(7, 1, '👍');
    sandbox.react(FORUM, 2, '👍');
    sandbox.admit(FORUM, 'administrator');
    sandbox.react(FORUM, 2, '👍', { id: 5, first_name: 'Ada' });
    expect(await updatesOf(sandbox)).toMatchObject([
      { message_reaction: { message_id: 1, new_reaction: [{ type: 'emoji', emoji: '👍' }] } },
      { message_reaction: { message_id: 2, user: { first_name: 'Ada' } } },
    ]);
  });
});

test('a draft is shown in a private chat and kept nowhere', async () => {
  const sandbox = await startSandbox();
  const draft = (chat_id: number, draft_id = 1) => call(sandbox, 'sendMessageDraft', { chat_id, draft_id, text: 'x' });
  expect((await draft(7)).ok).toBe(true);
  expect(sandbox.messages()).toEqual([]);
  expect((await draft(7, 0)).ok).toBe(false);
  expect((await draft(FORUM)).ok).toBe(false);
});

test('a draft that can be stopped has a button, whose press the bot learns', async () => {
  const sandbox = await startSandbox();
  const draft = (more: object) => call(sandbox, 'sendMessageDraft', { chat_id: 7, draft_id: 3, text: 'x', ...more });
  await draft({});
  expect(() => sandbox.stopDraft(7, 3)).toThrow();
  await draft({ can_stop: true });
  sandbox.stopDraft(7, 3);
  expect(await updatesOf(sandbox)).toMatchObject([{ stopped_message_generation: { chat: { id: 7 }, draft_id: 3 } }]);
});

test('messages are deleted within 48 hours, and edited for ever', async () => {
  let now = 1_000_000;
  const sandbox = await startSandbox({ now: () => now });
  await call(sandbox, 'sendMessage', { chat_id: FORUM, text: 'x' });
  now += 49 * 3_600_000;
  expect((await call(sandbox, 'editMessageText', { chat_id: FORUM, message_id: 1, text: 'y' })).ok).toBe(true);
  const remove = () => call(sandbox, 'deleteMessage', { chat_id: FORUM, message_id: 1 });
  expect((await remove()).description).toBe("Bad Request: message can't be deleted for everyone");
  sandbox.admit(FORUM, 'administrator');
  expect((await remove()).ok).toBe(true);
});
