/** Everything that is asked in a topic of a forum is answered there. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../src/sandbox/model.ts';
import { me, type ServerOfScripts, serverOfScripts, UNTIL_LET_GO } from '../../support/bot/chat.ts';
import type { RunningBotOptions } from '../../support/bot/running-bot.ts';
import { waitFor } from '../../support/wait-for.ts';

const FORUM = -1_001_000_000_042;
const QUIET = `echo '{"notify": false}'`;
const NOTIFY = `echo '{"notify": true, "message": "hello", "cooldown": "0"}'`;

interface Forum extends ServerOfScripts {
  readonly topic: number;
  /** Writes into the topic, or another one, and waits for the answer. */
  asks(text: string, thread?: number): Promise<SandboxMessage>;
}

/** A server whose account is linked to a forum, which has a topic. */
async function forum(options: RunningBotOptions = {}): Promise<Forum> {
  let topic = 0;
  const server = await serverOfScripts({
    links: { [me]: FORUM },
    ...options,
    beforeStart: async (_, sandbox) => {
      sandbox.forum(FORUM, 'Ops');
      topic = sandbox.addTopic(FORUM, 'Disks');
    },
  });
  const { sandbox } = server.bot;
  const asks = async (text: string, thread = topic) => {
    const answer = server.bot.next(FORUM);
    sandbox.say(FORUM, text, undefined, thread === 0 ? undefined : thread);
    return answer;
  };
  return { ...server, topic, asks };
}

const threadOf = (message: SandboxMessage | undefined) => message?.message_thread_id;

describe('what is asked in a topic is answered there', () => {
  test('commands, their later results, and what buttons do', async () => {
    const { bot, home, asks, topic, says, press } = await forum();
    home.write('rev.sh', QUIET);
    const status = await asks('/status');
    await press(status, /Run rev/);
    const run = await bot.sandbox.waitFor((m) => /rev\.sh (is running|no alert)/.test(m.text ?? ''), 30_000);
    await says(run, /no alert/);
    await press(run, /Log/);
    const log = await bot.sandbox.waitFor((m) => m.text?.startsWith('📄') === true, 30_000);
    const typed = await asks('/run rev');
    await says(typed, /no alert/);
    const list = await asks('/run');
    const help = await asks('/help');
    expect([status, run, log, typed, list, help].map(threadOf)).toEqual(Array(6).fill(topic));
  });

  test('a question and what follows the press on its button', async () => {
    const { bot, asks, topic, press } = await forum();
    const question = await asks('/unlink');
    const done = bot.next(FORUM);
    await press(question, /Unlink/);
    expect([threadOf(question), threadOf(await done)]).toEqual([topic, topic]);
    expect((await done).text).toMatch(/^Unlinked/);
  });

  test('General is no topic', async () => {
    const { asks } = await forum();
    expect(await asks('/help', 0)).not.toHaveProperty('message_thread_id');
  });

  test('a run that goes on over a restart', async () => {
    const { bot, home, asks, topic, says, actor } = await forum();
    home.write('slow.sh', `touch ~/began; ${UNTIL_LET_GO}; ${QUIET}`);
    const message = await asks('/run slow');
    await waitFor(() => existsSync(join(home.home, 'began')));
    await bot.restart();
    expect(threadOf(await says(message, /restarted while it ran/))).toBe(topic);
    home.write('./go', '');
    await waitFor(() => /run "slow" for \S+: status/.test(actor.journal()));
  });
});

describe('where the topic takes no message any more', () => {
  test.each([
    ['was closed', 'closeTopic', 'This was asked in a topic that is closed now.'],
    ['was deleted', 'deleteTopic', 'This was asked in a topic that does not exist any more.'],
  ] as const)('because it %s, the answer comes to the group and says so', async (_, change, line) => {
    const { bot, topic } = await forum();
    bot.sandbox.fail({ method: 'sendMessage', answer: { error_code: 500, description: 'Internal Server Error' } });
    bot.sandbox.say(FORUM, '/whoami', undefined, topic);
    bot.sandbox[change](FORUM, topic);
    const answer = await bot.sandbox.waitFor((m) => m.text?.includes(me) === true, 30_000);
    expect(answer).not.toHaveProperty('message_thread_id');
    expect(answer.text?.endsWith(`\n\n${line}`)).toBe(true);
    expect(bot.sandbox.messages(FORUM)).toHaveLength(1);
  });
});

describe('a link to a topic', () => {
  const UID = process.getuid?.();

  async function linked(server: Forum, thread: number): Promise<SandboxMessage> {
    const asked = await server.asks('/start', thread);
    const [code] = /\d{6}/.exec(asked.text ?? '') ?? [];
    const told = server.bot.sandbox.waitFor(
      (m) => m.text?.startsWith('✅ Linked') === true && threadOf(m) === thread,
      30_000,
    );
    await server.bot.client.request('POST', '/link', { code, user: me });
    return told;
  }

  test('is where its messages go; another topic of the group takes its place', async () => {
    const server = await forum({ links: {} });
    const { bot, topic, home } = server;
    await linked(server, topic);
    const file = JSON.parse(await readFile(join(bot.dataDir, 'telegram_users.json'), 'utf8'));
    expect(file).toMatchObject({ [me]: { chat_id: FORUM, thread_id: topic, uid: UID } });
    const { body } = await bot.client.request('GET', `/status?user=${me}`);
    expect(body).toMatchObject({ chat: { type: 'supergroup', name: 'Ops', thread_id: topic } });
    await bot.send({ user: me, text: 'disk full' });
    expect(threadOf(bot.last(FORUM))).toBe(topic);
    home.write('say.sh', NOTIFY);
    const run = await server.asks('/run say', 0);
    const said = await bot.sandbox.waitFor((m) => m.text === 'hello', 30_000);
    expect(threadOf(said)).toBe(topic);
    expect(await server.says(run, /^✅ say/)).not.toHaveProperty('message_thread_id');
    const other = bot.sandbox.addTopic(FORUM, 'Nets');
    const news = await linked(server, other);
    expect(news.text).toContain(`What came to Ops (topic ${topic} of the group) comes here now.`);
    const former = await bot.sandbox.waitFor((m) => /nothing more comes here/.test(m.text ?? ''), 30_000);
    expect(threadOf(former)).toBe(topic);
    expect(former.text).toContain(`is linked to Ops (topic ${other} of the group) now`);
    await bot.send({ user: me, text: 'net down' });
    expect(threadOf(bot.last(FORUM))).toBe(other);
  });

  test.each(['closeTopic', 'deleteTopic'] as const)(
    'is to the group once its topic takes nothing, which is said once: %s',
    async (change) => {
      const server = await forum({ links: {} });
      const { bot, topic } = server;
      await linked(server, topic);
      bot.sandbox[change](FORUM, topic);
      const before = bot.sandbox.messages(FORUM).length;
      await bot.send({ user: me, text: 'one' });
      await bot.restart();
      await bot.send({ user: me, text: 'two' });
      const came = bot.sandbox.messages(FORUM).slice(change === 'deleteTopic' ? -3 : before);
      expect(came.map(threadOf)).toEqual([undefined, undefined, undefined]);
      expect(came.map(({ text }) => text)).toEqual([
        expect.stringContaining(`The topic of the link of ${me}`),
        'one',
        'two',
      ]);
      const file = JSON.parse(await readFile(join(bot.dataDir, 'telegram_users.json'), 'utf8'));
      expect(file[me]).toMatchObject({ chat_id: FORUM });
      expect(file[me]).not.toHaveProperty('thread_id');
    },
  );

  test('is asked about before a one-time link moves it, and unlinked with a word in the topic', async () => {
    const server = await forum();
    const { bot, topic, press } = server;
    const { body } = await bot.client.request('POST', '/link', { user: me });
    const [, token] = /start=([\w-]+)/.exec((body as { url: string }).url) ?? [];
    const question = await server.asks(`/start ${token}`);
    expect(question.text).toContain(`to Ops (topic ${topic} of the group), instead?`);
    await press(question, /Send them here/);
    expect(threadOf(await bot.sandbox.waitFor((m) => m.text?.startsWith('✅ Linked') === true, 30_000))).toBe(topic);
    await bot.sandbox.waitFor((m) => /nothing more comes here/.test(m.text ?? '') && threadOf(m) === undefined, 30_000);
    const notice = bot.next(FORUM);
    await bot.client.request('POST', '/unlink', { user: me });
    expect(threadOf(await notice)).toBe(topic);
    expect((await notice).text).toMatch(/was unlinked from this chat/);
  });
});
