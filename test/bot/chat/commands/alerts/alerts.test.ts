/** Alerts in the chat: the list, the buttons, the thumb; with a real bot and the pretend Telegram. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { SandboxMessage } from '../../../../../src/sandbox/model.ts';
import { type RunningBot, startBot } from '../../../../support/bot/running-bot.ts';
import { waitFor } from '../../../../support/wait-for.ts';

const CHAT = 7;
const GROUP = -1_001_000_000_123;
const FORUM = -1_001_000_000_456;
const RULES = `
defaults: {to: [owner], group_by: ["..."], group_wait: 0s, group_interval: 0s}
routes:
  - {name: ops, when: "team == 'ops'", to: ops}
  - {name: disks, when: "team == 'disks'", to: ops/disks}
`;

let bot: RunningBot;
beforeEach(async () => {
  const own = await startBot({
    links: { root: CHAT },
    beforeStart: (dataDir) => writeFile(join(dataDir, 'alerts.yaml'), RULES),
  });
  onTestFinished(() => own.stop());
  bot = own;
});

const dataIn = ({ reply_markup: markup }: SandboxMessage) =>
  (markup?.inline_keyboard ?? []).flat().flatMap(({ callback_data: data }) => data ?? []);
const dataOf = (message: SandboxMessage, action: string) =>
  dataIn(message).find((data) => data.includes(`:${action}:`)) ?? `no ${action} in ${dataIn(message)}`;

/** Posts an alert, and resolves with the message that tells it. */
async function fire(chatId: number, labels: Readonly<Record<string, string>> = {}): Promise<SandboxMessage> {
  const told = bot.next(chatId);
  const { status } = await bot.client.request('POST', '/alerts', [{ labels: { alertname: 'DiskFull', ...labels } }]);
  expect(status).toBe(200);
  const message = await told;
  // Until then nobody knows which message it is.
  await waitFor(async () => ((await alertNow())?.told.length ?? 0) > 0);
  return message;
}

interface Listed {
  readonly fingerprint: string;
  readonly told: readonly string[];
  readonly state: string;
  readonly acknowledgement?: { readonly by: string };
}
async function alertNow(): Promise<Listed | undefined> {
  const { body } = await bot.client.request('GET', '/alerts');
  return (body as { alerts: Listed[] }).alerts[0];
}
const isAcknowledged = async () => (await alertNow())?.state === 'acknowledged';

/** Presses, and resolves with the bot's answer. */
async function press(message: SandboxMessage, data: string, from?: Parameters<RunningBot['sandbox']['press']>[3]) {
  const before = bot.sandbox.answers.length;
  bot.sandbox.press(message.chat_id, message.message_id, data, from);
  await waitFor(() => bot.sandbox.answers.length > before);
  return bot.sandbox.answers[before];
}

async function register(chatId: number, name: string, threadId?: number): Promise<void> {
  const { body } = await bot.client.request('POST', '/destinations', { name });
  const answer = bot.next(chatId);
  bot.sandbox.say(chatId, `/link ${(body as { code: string }).code}`, undefined, threadId);
  expect((await answer).text).toContain('is the destination');
}

describe('/alerts', () => {
  test('lists what the chat was told, and its buttons do what those under the message do', async () => {
    expect((await bot.ask(CHAT, '/alerts')).text).toBe('No alert that was sent to this chat is open.');
    const told = await fire(CHAT);
    const list = await bot.ask(CHAT, '/alerts');
    expect(list.text).toMatch(/^1\. 🔥 DiskFull: firing for /);
    expect(await press(list, dataOf(list, 'ack'))).toMatchObject({ text: expect.stringContaining('Acknowledged') });
    expect(await alertNow()).toMatchObject({ state: 'acknowledged', acknowledgement: { by: 'root' } });
    const listNow = () => bot.sandbox.messages(CHAT).find(({ message_id: id }) => id === list.message_id);
    await waitFor(() => listNow()?.text?.includes('acknowledged by root') === true);
    const shown = () => bot.sandbox.messages(CHAT).find(({ message_id: id }) => id === told.message_id);
    await waitFor(() => shown()?.text?.includes('root') === true);
    const again = listNow();
    if (again === undefined) throw new Error('The list is gone.');
    await press(again, dataOf(again, 'una'));
    expect(await alertNow()).toMatchObject({ state: 'firing' });
    const details = bot.next(CHAT);
    await press(again, dataOf(list, 'det'));
    expect((await details).text).toContain('fingerprint');
  });

  test('shows a group what that group was told, and another chat nothing', async () => {
    await register(GROUP, 'ops');
    await fire(GROUP, { team: 'ops' });
    expect((await bot.ask(GROUP, '/alerts')).text).toContain('DiskFull');
    expect((await bot.ask(CHAT, '/alerts')).text).toBe('No alert that was sent to this chat is open.');
    expect((await bot.ask(8, '/alerts')).text).toBe('Use /start to link your account.');
  });

  test('a button that somebody forged for another chat, or that is out of date, does nothing', async () => {
    await register(GROUP, 'ops');
    const told = await fire(GROUP, { team: 'ops' });
    const mine = await bot.ask(CHAT, '/alerts');
    const group = dataOf(told, 'ack').split(':')[2];
    for (const data of [`ac:ack:${group}`, `al:ack:${group}`, 'ac:ack:zzz', 'al:ack:zzz']) {
      expect(await press(mine, data)).toMatchObject({ show_alert: true });
    }
    expect(await alertNow()).toMatchObject({ state: 'firing' });
    const list = await bot.ask(GROUP, '/alerts');
    await bot.client.request('POST', '/alerts', [
      { labels: { alertname: 'DiskFull', team: 'ops' }, endsAt: new Date(Date.now() - 1000).toISOString() },
    ]);
    await waitFor(async () => (await alertNow())?.state === 'resolved');
    expect(await press(list, dataOf(list, 'ack'))).toMatchObject({ show_alert: true });
  });
});

describe('a press under a message about alerts', () => {
  test('of a group’s member shows them by their account, or by their name in Telegram', async () => {
    await register(GROUP, 'ops');
    const told = await fire(GROUP, { team: 'ops' });
    await press(told, dataOf(told, 'ack'), { id: 4001, first_name: 'Eve' });
    expect(await alertNow()).toMatchObject({ acknowledgement: { by: 'Eve' } });
    await bot.client.request('POST', `/alerts/${await fingerprint()}/unack`, {});
    await press(told, dataOf(told, 'ack'), { id: CHAT, first_name: 'Bob' });
    expect(await alertNow()).toMatchObject({ acknowledgement: { by: 'root' } });
  });

  test.each([
    ['an anonymous administrator’s account', { id: 1_087_968_824, is_bot: true, first_name: 'Group' }],
    ['Telegram itself', { id: 777_000, first_name: 'Telegram' }],
  ])('of %s does nothing', async (_, from) => {
    await register(GROUP, 'ops');
    const told = await fire(GROUP, { team: 'ops' });
    expect(await press(told, dataOf(told, 'ack'), from)).toMatchObject({ show_alert: true });
    expect(await alertNow()).toMatchObject({ state: 'firing' });
  });

  test('in a chat that is no longer linked does nothing', async () => {
    const told = await fire(CHAT);
    await bot.client.request('POST', '/unlink', {});
    expect(await press(told, dataOf(told, 'ack'))).toMatchObject({ show_alert: true });
    expect(await alertNow()).toMatchObject({ state: 'firing' });
  });
});

const fingerprint = async () => (await alertNow())?.fingerprint ?? '';

describe('a 👍 under a message about alerts', () => {
  test('acknowledges in a private chat', async () => {
    const told = await fire(CHAT);
    bot.sandbox.react(CHAT, told.message_id, '❤');
    bot.sandbox.react(CHAT, told.message_id, '👍');
    await waitFor(isAcknowledged);
    expect(await alertNow()).toMatchObject({ acknowledgement: { by: 'root' } });
  });

  test('acknowledges in a group, and in a topic, where the bot is an administrator', async () => {
    bot.sandbox.open(GROUP, undefined, 'Ops');
    bot.sandbox.admit(GROUP, 'administrator');
    await register(GROUP, 'ops');
    const told = await fire(GROUP, { team: 'ops' });
    bot.sandbox.react(GROUP, told.message_id, '👍', { id: 4001, first_name: 'Eve' });
    await waitFor(isAcknowledged);
    expect(await alertNow()).toMatchObject({ acknowledgement: { by: 'Eve' } });

    bot.sandbox.forum(FORUM, 'Forum');
    bot.sandbox.admit(FORUM, 'administrator');
    const topic = bot.sandbox.addTopic(FORUM, 'Disks');
    await register(FORUM, 'ops/disks', topic);
    const inTopic = await fire(FORUM, { team: 'disks' });
    expect(inTopic.message_thread_id).toBe(topic);
    bot.sandbox.react(FORUM, inTopic.message_id, '👍', { id: 4002, first_name: 'Mia' });
    await waitFor(async () => (await alertNow())?.acknowledgement?.by === 'Mia');
  });

  test('does not arrive in a group where the bot is no administrator', async () => {
    await register(GROUP, 'ops');
    const told = await fire(GROUP, { team: 'ops' });
    expect(bot.sandbox.react(GROUP, told.message_id, '👍')).toBe(0);
  });

  test('of a stranger in a public group does nothing; of a linked person it does', async () => {
    bot.sandbox.open(GROUP, undefined, 'Ops');
    bot.sandbox.publish(GROUP, 'ops_of_us');
    bot.sandbox.admit(GROUP, 'administrator');
    await register(GROUP, 'ops');
    const told = await fire(GROUP, { team: 'ops' });
    bot.sandbox.react(GROUP, told.message_id, '👍', { id: 4001, first_name: 'Eve' });
    bot.sandbox.react(GROUP, told.message_id, '👍', { id: CHAT, first_name: 'Bob' });
    await waitFor(isAcknowledged);
    expect(await alertNow()).toMatchObject({ acknowledgement: { by: 'root' } });
  });

  test('under another message does nothing', async () => {
    await fire(CHAT);
    const other = await bot.ask(CHAT, '/whoami');
    bot.sandbox.react(CHAT, other.message_id, '👍');
    await bot.ask(CHAT, '/whoami');
    expect(await alertNow()).toMatchObject({ state: 'firing' });
  });
});
