import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1, eve: 2 } });
  await bot.ask(9, '/help');
});
afterAll(() => bot.stop());

const stillAnswers = async () => expect((await bot.ask(9, '/help')).text).toContain('/start');

describe('commands', () => {
  test('are announced to Telegram', async () => {
    await waitFor(() => bot.sandbox.commands.length > 0);
    expect(bot.sandbox.commands.map(({ command }) => command)).toEqual([
      'start',
      'link',
      'status',
      'run',
      'mute',
      'unmute',
      'settings',
      'alerts',
      'oncall',
      'test',
      'whoami',
      'unlink',
      'help',
    ]);
  });

  test('are answered in one chat while another chat’s answer waits', async () => {
    const own = await startBot({});
    onTestFinished(async () => {
      // Ends the call that hangs.
      await own.sandbox.stop();
      await own.stop();
    });
    own.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: 'hang' });
    own.sandbox.say(1, '/help');
    await waitFor(() => own.sandbox.calls.list.some(({ chatId }) => chatId === 1));
    await own.ask(2, '/help');
    expect(own.sandbox.messages(1)).toEqual([]);
  });

  test('of one chat are answered in the order they came', async () => {
    const before = bot.sandbox.messages(1).length;
    for (const text of ['/whoami', '/status', '/help']) bot.sandbox.say(1, text);
    await waitFor(() => bot.sandbox.messages(1).length === before + 3);
    expect(
      bot.sandbox
        .messages(1)
        .slice(before)
        .map((m) => /You are|Linked since|\/start/.exec(m.text ?? '')?.[0]),
    ).toEqual(['You are', 'Linked since', '/start']);
  });

  test('are answered after a rate limit, when Telegram says so', async () => {
    const parameters = { retry_after: 1 };
    bot.sandbox.fail({
      method: 'sendMessage',
      chatId: 1,
      answer: { error_code: 429, description: 'Too Many Requests', parameters },
    });
    expect((await bot.ask(1, '/whoami')).text).toContain('ben');
  });

  test.each(['reset', 'garbage', 'half-json'] as const)(
    'are answered after Telegram’s answer was lost: %s',
    async (answer) => {
      bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer });
      expect((await bot.ask(1, '/whoami')).text).toContain('ben');
    },
  );
});

describe('a mute', () => {
  const send = (body: object) => bot.send({ user: 'eve', ...body });
  afterAll(async () => {
    await bot.ask(2, '/unmute');
  });

  test('records messages as muted and sends none but critical ones', async () => {
    await bot.ask(2, '/mute 1h');
    expect(await send({ text: 'quiet', severity: 'high' })).toMatchObject({
      status: 200,
      body: { ok: true, status: 'muted', message_ids: [] },
    });
    expect((await send({ text: 'now!', severity: 'critical' })).body).toMatchObject({ status: 'sent' });
    expect(bot.last(2)?.text).toBe('🔴 now!');
    const { messages } = (await bot.client.request('GET', '/messages?user=eve&limit=2')).body as { messages: object[] };
    expect(messages).toMatchObject([
      { text: 'now!', status: 'sent' },
      { text: 'quiet', status: 'muted' },
    ]);
    expect((await bot.ask(2, '/status')).text).toMatch(/Everything is muted until \d{4}-/);
    await bot.ask(2, '/unmute');
    expect((await send({ text: 'loud again' })).body).toMatchObject({ status: 'sent' });
  });

  test('of one script holds that script alone, with or without its ending', async () => {
    expect((await bot.ask(2, '/mute 30m revenue_drop')).text).toContain('revenue_drop is muted for 30m');
    expect((await send({ text: 'a', source: 'revenue_drop.py' })).body).toMatchObject({ status: 'muted' });
    expect((await send({ text: 'b', source: 'revenue_drop' })).body).toMatchObject({ status: 'muted' });
    expect((await send({ text: 'c', source: 'other.py' })).body).toMatchObject({ status: 'sent' });
    expect((await send({ text: 'd' })).body).toMatchObject({ status: 'sent' });
    expect((await bot.ask(2, '/status')).text).toContain('revenue_drop is muted until');
    await bot.ask(2, '/unmute revenue_drop.py');
    expect((await send({ text: 'e', source: 'revenue_drop.py' })).body).toMatchObject({ status: 'sent' });
  });

  test('of very many scripts still fits into one answer', async () => {
    for (let n = 0; n < 35; n += 1) await bot.ask(2, `/mute 1h ${'very_long_name_'.repeat(16)}${n}`);
    const { text } = await bot.ask(2, '/status');
    expect(text).toMatch(/\nand 5 more\n|🔕 and 5 more$/);
    await bot.ask(2, '/unmute');
  });

  test('the same id is muted once as well', async () => {
    await bot.ask(2, '/mute');
    const first = await send({ text: 'x', id: 'm1' });
    await bot.ask(2, '/unmute');
    expect(await send({ text: 'x', id: 'm1' })).toEqual(first);
  });
});

describe('/unlink in the chat', () => {
  test('while messages wait: they are not delivered, and recorded as failed', async () => {
    const own = await startBot({ links: { gil: 5 } });
    onTestFinished(() => own.stop());
    own.sandbox.fail({ method: 'sendMessage', answer: 'garbage' });
    await own.send({ user: 'gil', text: 'waits', wait: 0 });
    await waitFor(() => own.logged.some((line) => line.includes('will be tried again')));
    expect((await own.confirm(5, '/unlink')).text).toMatch(/^Unlinked gil/);
    const failed = await waitFor(async () => {
      const { messages } = (await own.client.request('GET', '/messages?user=gil')).body as {
        messages: { status: string; error?: string }[];
      };
      return messages[0]?.status === 'failed' && messages[0];
    });
    expect(failed.error).toMatch(/not linked to this chat any more/);
    expect(own.sandbox.messages(5).some((m) => m.text === 'waits')).toBe(false);
  });
});

describe('updates of any kind', () => {
  const chat = { id: 9, type: 'private', first_name: 'Nia' };
  const from = { id: 9, is_bot: false, first_name: 'Nia' };
  const message = { message_id: 1, date: 1, chat, from };
  test.each<[string, object]>([
    ['an empty message', { message: {} }],
    ['a message that is null', { message: null }],
    ['a message that is a number', { message: 5 }],
    [
      'a message without a chat',
      {
        message: {
          message_id: 1,
          date: 1,
          from,
          text: '/start',
          entities: [{ type: 'bot_command', offset: 0, length: 6 }],
        },
      },
    ],
    ['a chat without an id', { message: { ...message, chat: { type: 'private' }, text: 'hi' } }],
    [
      'entities beyond the text',
      {
        message: {
          ...message,
          chat: { id: 91, type: 'private' },
          text: '/x',
          entities: [{ type: 'bot_command', offset: 90, length: 600 }],
        },
      },
    ],
    [
      'entities that are none',
      { message: { ...message, chat: { id: 92, type: 'private' }, text: '/help', entities: 'bold' } },
    ],
    ['a button without data', { callback_query: { id: '1', from, chat_instance: 'x' } }],
    ['a button with old data', { callback_query: { id: '1', from, chat_instance: 'x', data: 'run:gone', message } }],
    ['a button of nobody', { callback_query: { id: '1', data: 'x' } }],
    ['a member without a status', { my_chat_member: { chat, from, date: 1 } }],
    ['a member without a chat', { my_chat_member: { from, date: 1, new_chat_member: { status: 'kicked' } } }],
    ['a group of a new id', { message: { ...message, chat: { id: -9, type: 'group' }, migrate_to_chat_id: 'odd' } }],
  ])('%s ends nothing', async (_what, update) => {
    bot.sandbox.push(update);
    await stillAnswers();
  });

  test('kinds that were not asked for are confirmed and passed over', async () => {
    // Telegram may still hold some of another program's time: https://core.telegram.org/bots/api#getupdates
    const kinds = [
      { poll: { id: '1' } },
      {},
      { edited_message: { ...message, text: '/unlink', entities: [{ type: 'bot_command', offset: 0, length: 7 }] } },
      { channel_post: { message_id: 1, date: 1, chat: { id: -100, type: 'channel' }, text: '/foo' } },
      { inline_query: { id: '1', from, query: 'x', offset: '' } },
    ];
    const own = await startBot({
      links: { gil: 9 },
      beforeStart: async (_dataDir, sandbox) => {
        for (const kind of kinds) sandbox.push(kind);
      },
    });
    onTestFinished(() => own.stop());
    expect((await own.ask(9, '/whoami')).text).toContain('gil');
    await waitFor(() => own.sandbox.pendingUpdates === 0);
    expect(own.sandbox.messages()).toHaveLength(1);
  });

  test('a pressed button of earlier is acknowledged', async () => {
    const { message_id } = await bot.ask(9, '/help');
    const before = bot.sandbox.answers.length;
    bot.sandbox.press(9, message_id, 'run:revenue:4');
    await waitFor(() => bot.sandbox.answers.length === before + 1);
    expect(bot.sandbox.answers.at(-1)?.text).toMatch(/does nothing any more/);
  });

  test('an update that comes twice is answered once', async () => {
    const own = await startBot({});
    onTestFinished(() => own.stop());
    await own.ask(5, '/help');
    // The confirming poll is lost on its way, so the update comes again.
    own.sandbox.fail({ method: 'getUpdates', answer: 'reset' });
    own.sandbox.say(5, '/whoami');
    own.sandbox.say(5, '/help');
    await own.sandbox.waitFor((m) => m.chat_id === 5 && (m.text ?? '').includes('not linked. Use'), 30_000);
    await waitFor(() => own.sandbox.pendingUpdates === 0);
    await own.ask(5, '/help');
    expect(own.sandbox.messages(5).filter((m) => (m.text ?? '').includes('not linked. Use'))).toHaveLength(1);
  });
});
