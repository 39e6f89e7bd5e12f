import { readdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, type TestContext, test } from 'vitest';
import type { FaultRule } from '../../src/sandbox/faults.ts';
import { type RunningBot, type RunningBotOptions, startBot } from '../support/bot/running-bot.ts';
import { temporaryFolder } from '../support/files/temporary-folder.ts';
import { png } from '../support/picture.ts';
import { waitFor } from '../support/wait-for.ts';

type AtTheEnd = TestContext['onTestFinished'];

async function started(atTheEnd: AtTheEnd, options: RunningBotOptions): Promise<RunningBot> {
  const bot = await startBot(options);
  atTheEnd(() => bot.stop());
  return bot;
}

interface Listed {
  readonly id: string;
  readonly text: string;
  readonly status: string;
  readonly error?: string;
}
const messagesOf = async (bot: RunningBot, user: string) =>
  ((await bot.client.request('GET', `/messages?user=${user}`)).body as { messages: Listed[] }).messages;
const statusOf = async (bot: RunningBot, user: string) =>
  (await bot.client.request('GET', `/status?user=${user}`)).body;

describe.concurrent('while Telegram fails', () => {
  let bot: RunningBot;
  const users = ['reset', 'garbage', 'half-json', 'odd', 'html', 'accepted'];
  beforeAll(async () => {
    bot = await startBot({ links: Object.fromEntries(users.map((user, i) => [user, 101 + i])) });
  });
  afterAll(() => bot.stop());

  const faults: [string, FaultRule['answer']][] = [
    ['reset', 'reset'],
    ['garbage', 'garbage'],
    ['half-json', 'half-json'],
    ['odd', { status: 200, body: '{"ok":"yes"}' }],
    ['html', { status: 200, body: '<html>Welcome to the hotel’s network</html>' }],
  ];

  test.each(faults)('%s is tried again, and each message arrives once, in order', async (user, answer) => {
    const chatId = 101 + users.indexOf(user);
    bot.sandbox.fail({ method: 'sendMessage', chatId, answer, times: 2 });
    for (const text of ['1', '2', '3']) expect((await bot.send({ user, text, wait: 0 })).status).toBe(202);
    await bot.sandbox.waitFor((m) => m.chat_id === chatId && m.text === '3', 30_000);
    expect(bot.sandbox.messages(chatId).map((m) => m.text)).toEqual(['1', '2', '3']);
    await waitFor(async () => (await messagesOf(bot, user)).every(({ status }) => status === 'sent'));
  });

  test('a yes that is lost on the way makes the message come twice, never not at all', async () => {
    const chatId = 101 + users.indexOf('accepted');
    bot.sandbox.fail({ method: 'sendMessage', chatId, answer: 'accept-then-reset' });
    const sending = bot.send({ user: 'accepted', text: 'twice', wait: 60_000 });
    await waitFor(() => bot.sandbox.messages(chatId).length >= 1);
    // Answers a poll, which shows that Telegram is in reach.
    bot.sandbox.say(999, 'hello');
    expect((await sending).status).toBe(200);
    expect(bot.sandbox.messages(chatId).map((m) => m.text)).toEqual(['twice', 'twice']);
  });
});

describe('an album that Telegram refuses', () => {
  const started = async () => {
    const bot = await startBot({ links: { ben: 1 } });
    onTestFinished(() => bot.stop());
    const folder = await temporaryFolder();
    const photo_paths = await Promise.all(
      [1, 2, 3].map(async (n) => {
        const path = join(folder, `${n}.png`);
        await writeFile(path, png(20 + n, 20));
        return path;
      }),
    );
    bot.sandbox.fail({ method: 'sendMediaGroup', answer: { error_code: 413, description: 'Too Large' }, times: 2 });
    const send = () => bot.client.request('POST', '/send_photo', { user: 'ben', photo_paths, wait: 60_000 });
    const names = () => bot.sandbox.messages(1).map(({ media, text }) => media?.name ?? text);
    return { bot, send, names };
  };

  test('arrives file by file, each once, whatever fails in between', async () => {
    const { bot, send, names } = await started();
    const later = [
      { error_code: 500, description: 'Internal Server Error' },
      { error_code: 429, description: 'Too Many Requests: retry after 1', parameters: { retry_after: 1 } },
      'garbage' as const,
    ];
    for (const answer of later) bot.sandbox.fail({ method: 'sendDocument', after: 1, answer });
    expect((await send()).status).toBe(200);
    expect(names()).toEqual(['1.png', '2.png', '3.png']);
  });

  test('of which some files are refused too says which, and counts as sent; one of which none arrives has failed', async () => {
    const { bot, send, names } = await started();
    const refused = { error_code: 413, description: 'Request Entity Too Large' };
    bot.sandbox.fail({ method: 'sendDocument', answer: refused });
    expect((await send()).status).toBe(200);
    expect(names()).toEqual(['⚠️ 1.png could not be sent: it is larger than Telegram takes.', '2.png', '3.png']);
    bot.sandbox.fail({ method: 'sendMediaGroup', answer: refused, times: 2 });
    bot.sandbox.fail({ method: 'sendDocument', answer: refused, times: 3 });
    expect(await send()).toMatchObject({ status: 422, body: { error: expect.stringContaining('Too Large') } });
  });
});

describe('answers that are lost after Telegram took the message', () => {
  test('cost two copies more; then it is kept as unknown, and can be sent again', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, ann: 2 } });
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: 'accept-then-reset', times: 3 });
    const sending = bot.send({ user: 'ben', text: 'perhaps', wait: 60_000, id: 'one' });
    let n = 0;
    const settled = await waitFor(async () => {
      await bot.send({ user: 'ann', text: `shows that Telegram is in reach ${n++}` });
      return (await messagesOf(bot, 'ben')).find(({ status }) => status === 'unknown');
    });
    expect(settled.error).toMatch(/^It may have arrived: Telegram's answer was lost \(.*\)\.$/);
    expect(await sending).toMatchObject({ status: 202, body: { ok: true, id: 'one', status: 'unknown' } });
    expect(bot.sandbox.messages(1)).toHaveLength(3);
    expect((await bot.send({ user: 'ben', text: 'perhaps', id: 'one' })).body).toMatchObject({ status: 'unknown' });
    expect(bot.sandbox.messages(1)).toHaveLength(3);
    const { failed } = (await bot.client.request('GET', '/failed')).body as { failed: { delivery: string }[] };
    expect(await bot.client.request('POST', '/retry', { delivery: failed[0]?.delivery })).toMatchObject({
      status: 200,
    });
    await waitFor(async () => (await messagesOf(bot, 'ben'))[0]?.status === 'sent');
    expect(bot.sandbox.messages(1)).toHaveLength(4);
  });

  test('as all other answers are cost no copy while Telegram stays away', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    await waitFor(() => bot.logged.some((line) => line.includes('Telegram knows this bot')));
    bot.sandbox.fail({ answer: 'accept-then-reset', times: Number.POSITIVE_INFINITY });
    await waitFor(() => {
      // Ends the poll that waits, which may have begun before the fault.
      bot.sandbox.say(1, 'hello');
      return bot.logged.some((line) => line.includes('Telegram is away'));
    });
    expect((await bot.send({ user: 'ben', text: 'once', wait: 0 })).status).toBe(202);
    const copies = () => bot.sandbox.messages(1).filter(({ text }) => text === 'once').length;
    await waitFor(() => copies() === 1);
    // Many times the waits of these tests, 50 and 100 ms.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(copies()).toBe(1);
    bot.sandbox.clearFaults();
    await waitFor(async () => (await messagesOf(bot, 'ben'))[0]?.status === 'sent', 60_000);
    expect(copies()).toBe(2);
  });
});

test('while the bot is logged out, messages wait, and arrive in order when it is back', async ({ onTestFinished }) => {
  const bot = await started(onTestFinished, { links: { ben: 1 } });
  bot.sandbox.logOut();
  for (const text of ['1', '2']) expect((await bot.send({ user: 'ben', text, wait: 0 })).status).toBe(202);
  await waitFor(async () => (await messagesOf(bot, 'ben')).some(({ error }) => error?.includes('Logged out')));
  bot.sandbox.restoreToken();
  await bot.sandbox.waitFor((m) => m.text === '2', 60_000);
  expect(bot.sandbox.messages(1).map((m) => m.text)).toEqual(['1', '2']);
});

describe.concurrent('a call that hangs', () => {
  test('is broken off and tried again, and nobody else waits for it', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, eve: 2 }, callMs: 1000 });
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: 'hang' });
    await bot.send({ user: 'ben', text: 'after the hang', wait: 0 });
    await waitFor(() => bot.sandbox.calls.list.some(({ chatId }) => chatId === 1));
    expect((await bot.send({ user: 'eve', text: 'meanwhile' })).status).toBe(200);
    const late = await bot.sandbox.waitFor((m) => m.chat_id === 1 && m.text === 'after the hang', 30_000);
    expect(bot.last(2)?.at).toBeLessThan(late.at);
    expect(bot.logged.join('')).toContain('Telegram did not answer in time');
  });

  test('as an answer without an end is broken off as well', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 }, callMs: 1000 });
    bot.sandbox.fail({ method: 'sendMessage', answer: 'endless' });
    const sending = bot.send({ user: 'ben', text: 'x', wait: 60_000 });
    await waitFor(() => bot.logged.some((line) => line.includes('will be tried again')));
    // Answers a poll, which shows that Telegram is in reach.
    bot.sandbox.say(999, 'hello');
    expect((await sending).status).toBe(200);
    expect(bot.sandbox.messages(1)).toHaveLength(1);
  });
});

describe.concurrent('when Telegram is away', () => {
  test('everything waits on disk and arrives in order once it is back', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, eve: 2 } });
    await bot.sandbox.stop();
    for (const text of ['a', 'b', 'c']) for (const user of ['ben', 'eve']) await bot.send({ user, text, wait: 0 });
    const filed = async () => (await readdir(join(bot.dataDir, 'outbox'))).filter((name) => name.endsWith('.json'));
    await expect.poll(filed).toHaveLength(6);
    expect(await statusOf(bot, 'ben')).toMatchObject({ queued: 3 });
    const waiting = await waitFor(async () => (await messagesOf(bot, 'ben')).find(({ error }) => error !== undefined));
    expect(waiting).toMatchObject({
      text: 'a',
      status: 'queued',
      error: expect.stringContaining('could not be reached'),
    });
    await bot.sandbox.start();
    await bot.sandbox.waitFor((m) => m.chat_id === 1 && m.text === 'c', 30_000);
    await bot.sandbox.waitFor((m) => m.chat_id === 2 && m.text === 'c', 30_000);
    for (const chat of [1, 2]) expect(bot.sandbox.messages(chat).map((m) => m.text)).toEqual(['a', 'b', 'c']);
    await expect.poll(filed).toEqual([]);
  });
});

describe.concurrent('429', () => {
  const tooMany = (seconds: number) => ({
    error_code: 429,
    description: `Too Many Requests: retry after ${seconds}`,
    parameters: { retry_after: seconds },
  });

  test('holds that chat for as long as Telegram says, and no other', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, eve: 2 } });
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: tooMany(1) });
    const asked = Date.now();
    await bot.send({ user: 'ben', text: 'told to wait', wait: 0 });
    const held = await bot.sandbox.waitFor((m) => m.chat_id === 1, 30_000);
    expect(held.at - asked).toBeGreaterThanOrEqual(1000);
    expect(bot.sandbox.calls.tooMany).toBe(1);
    bot.sandbox.fail({ method: 'sendMessage', chatId: 1, answer: tooMany(60) });
    await bot.send({ user: 'ben', text: 'told to wait for long', wait: 0 });
    await waitFor(() => bot.sandbox.calls.tooMany === 2);
    expect((await bot.send({ user: 'eve', text: 'not held' })).status).toBe(200);
    expect(bot.sandbox.messages(1)).toHaveLength(1);
  });

  test('of two chats at once holds everybody', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1, eve: 2, gil: 3 } });
    bot.sandbox.fail({ method: 'sendMessage', answer: tooMany(1), times: 2 });
    const asked = Date.now();
    await Promise.all(['ben', 'eve'].map((user) => bot.send({ user, text: 'x', wait: 0 })));
    await waitFor(() => bot.sandbox.calls.tooMany === 2);
    await bot.send({ user: 'gil', text: 'held as well', wait: 30_000 });
    expect((bot.last(3)?.at ?? 0) - asked).toBeGreaterThanOrEqual(1000);
    for (const chat of [1, 2]) await bot.sandbox.waitFor((m) => m.chat_id === chat, 30_000);
  });

  test('is never earned by the bot itself', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { rates: true, links: { ben: 1, team: -5 } });
    const sends = ['ben', 'team'].flatMap((user) =>
      ['1', '2', '3', '4', '5', '6'].map((text) => ({ user, text, wait: 0 })),
    );
    for (const body of sends) await bot.send(body);
    for (const chat of [1, -5]) await bot.sandbox.waitFor((m) => m.chat_id === chat && m.text === '6', 30_000);
    expect(bot.sandbox.calls.tooMany).toBe(0);
  });
});

describe.concurrent('a refusal for good', () => {
  test('of a blocked chat: 422, the link marked, shown by status and messages, and forgotten after a success', async ({
    onTestFinished,
  }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    bot.sandbox.open(1);
    bot.sandbox.fail({
      method: 'sendMessage',
      answer: { error_code: 403, description: 'Forbidden: bot was blocked by the user' },
    });
    const answer = await bot.send({ user: 'ben', text: 'x', id: 'b1' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'refused', id: 'b1' } });
    expect((answer.body as { error: string }).error).toMatch(/blocked by the user/);
    await waitFor(async () => Object.hasOwn((await statusOf(bot, 'ben')) as object, 'unreachable'));
    expect(await statusOf(bot, 'ben')).toMatchObject({ linked: true, unreachable: expect.stringContaining('blocked') });
    expect((await messagesOf(bot, 'ben'))[0]).toMatchObject({
      id: 'b1',
      status: 'failed',
      error: expect.stringContaining('blocked'),
    });
    const failed = async () => (await readdir(join(bot.dataDir, 'failed'))).filter((name) => name.endsWith('.json'));
    await expect.poll(failed).toHaveLength(1);
    // The same id again is the same message, which failed.
    expect((await bot.send({ user: 'ben', text: 'x', id: 'b1' })).status).toBe(422);
    expect((await bot.send({ user: 'ben', text: 'y' })).status).toBe(200);
    await waitFor(async () => !Object.hasOwn((await statusOf(bot, 'ben')) as object, 'unreachable'));
  });

  test('is known from Telegram’s own word of the block, before anything is sent', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    await bot.ask(1, '/help');
    bot.sandbox.block(1);
    await waitFor(async () => Object.hasOwn((await statusOf(bot, 'ben')) as object, 'unreachable'));
    bot.sandbox.restore(1);
    await waitFor(async () => !Object.hasOwn((await statusOf(bot, 'ben')) as object, 'unreachable'));
  });

  test('is told to the runner of its owner with the answer to a beat', async ({ onTestFinished }) => {
    const user = userInfo().username;
    const bot = await started(onTestFinished, { links: { [user]: 1 } });
    const beat = async () => (await bot.client.request('POST', '/beat')).body as { unreachable?: string };
    await bot.ask(1, '/help');
    expect(await beat()).toEqual({ ok: true });
    bot.sandbox.block(1);
    await waitFor(async () => (await beat()).unreachable?.includes('blocked') === true);
  });

  test.for([
    ['deactivated', /deactivated/],
    ['remove', /chat not found/],
    ['kick', /kicked/],
  ] as const)(
    '%s is recorded with Telegram’s reason, and marks the link',
    async ([how, reason], { onTestFinished }) => {
      const chatId = how === 'kick' ? -77 : 7;
      const bot = await started(onTestFinished, { links: { ben: chatId } });
      bot.sandbox[how === 'deactivated' ? 'deactivate' : how](chatId);
      const answer = await bot.send({ user: 'ben', text: 'x' });
      expect(answer.status).toBe(422);
      expect((answer.body as { error: string }).error).toMatch(reason);
      await waitFor(async () => Object.hasOwn((await statusOf(bot, 'ben')) as object, 'unreachable'));
    },
  );

  test.for([
    ['TOPIC_CLOSED', 1],
    ['A_REASON_THAT_IS_NEW', 3],
  ] as const)(
    'of a whole chat (%s) marks the link after %i text(s), until something arrives',
    async ([reason, texts], { onTestFinished }) => {
      const bot = await started(onTestFinished, { links: { dan: 4 } });
      bot.sandbox.refuse(4, reason);
      for (let n = 1; n <= texts; n += 1) {
        expect((await statusOf(bot, 'dan')) as object).not.toHaveProperty('unreachable');
        expect((await bot.send({ user: 'dan', text: `text ${n}` })).status).toBe(422);
      }
      await waitFor(async () => 'unreachable' in ((await statusOf(bot, 'dan')) as object));
      expect(await statusOf(bot, 'dan')).toMatchObject({ unreachable: expect.stringContaining(reason) });
      bot.sandbox.restore(4);
      expect((await bot.send({ user: 'dan', text: 'open again' })).status).toBe(200);
      await waitFor(async () => !('unreachable' in ((await statusOf(bot, 'dan')) as object)));
    },
  );

  test('of one message leaves the chat unmarked, and the next one goes', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { ben: 1 } });
    bot.sandbox.fail({ method: 'sendMessage', answer: { error_code: 400, description: 'Bad Request: MESSAGE_ODD' } });
    const both = [bot.send({ user: 'ben', text: 'odd' }), bot.send({ user: 'ben', text: 'even' })];
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 422]);
    expect(await statusOf(bot, 'ben')).not.toHaveProperty('unreachable');
  });
});

describe.concurrent('a group that gets a new id', () => {
  test('is followed: the message arrives there, the link is stored, later ones go there at once', async ({
    onTestFinished,
  }) => {
    const bot = await started(onTestFinished, { links: { team: -5, crew: -5 } });
    bot.sandbox.migrate(-5, -1_000_000_000_005);
    const answer = await bot.send({ user: 'team', text: 'first' });
    expect(answer.status).toBe(200);
    expect(bot.last(-1_000_000_000_005)?.text).toBe('first');
    const stored = JSON.parse(await readFile(join(bot.dataDir, 'telegram_users.json'), 'utf8'));
    expect(stored).toMatchObject({ team: { chat_id: -1_000_000_000_005 }, crew: { chat_id: -1_000_000_000_005 } });
    const calls = bot.sandbox.calls.list.length;
    expect((await bot.send({ user: 'crew', text: 'second' })).status).toBe(200);
    expect(bot.sandbox.calls.list.slice(calls).filter(({ method }) => method === 'sendMessage')).toHaveLength(1);
  });

  test('is followed by what waited across a restart under the old id', async ({ onTestFinished }) => {
    const bot = await started(onTestFinished, { links: { team: -6 } });
    bot.sandbox.fail({ method: 'sendMessage', chatId: -6, answer: 'garbage', times: 3 });
    for (const text of ['1', '2', '3']) await bot.send({ user: 'team', text, wait: 0 });
    bot.sandbox.migrate(-6, -1_000_000_000_006);
    // Telegram's own service message comes first; the outbox still knows the old id alone.
    bot.sandbox.push({
      message: {
        message_id: 900,
        date: 1,
        chat: { id: -6, type: 'group', title: 'Team' },
        migrate_to_chat_id: -1_000_000_000_006,
      },
    });
    await waitFor(async () =>
      (await readFile(join(bot.dataDir, 'telegram_users.json'), 'utf8')).includes('-1000000000006'),
    );
    await bot.restart();
    await bot.sandbox.waitFor((m) => m.text === '3', 30_000);
    expect(bot.sandbox.messages(-1_000_000_000_006).map((m) => m.text)).toEqual(['1', '2', '3']);
    await waitFor(async () => (await messagesOf(bot, 'team')).every(({ status }) => status === 'sent'));
  });
});

describe.concurrent('the token', () => {
  test('is in no log line, no answer and no file, whatever goes wrong, even without the log’s own filter', async ({
    onTestFinished,
  }) => {
    // Of no shape that the filter knows by itself.
    const token = '4242:tiny-Secret_99';
    const bot = await started(onTestFinished, { unredacted: true, sandbox: { token }, links: { ben: 1 } });
    const told: unknown[] = [];
    await bot.ask(1, '/help');
    for (const answer of ['reset', 'garbage', 'half-json'] as const) {
      bot.sandbox.fail({ method: 'sendMessage', answer });
      bot.sandbox.fail({ method: 'getUpdates', answer });
      bot.sandbox.say(1, '/whoami');
      told.push(await bot.send({ user: 'ben', text: 'x' }));
    }
    await bot.sandbox.stop();
    await bot.send({ user: 'ben', text: 'away', wait: 300 });
    await waitFor(() => bot.logged.some((line) => line.includes('Telegram is away')));
    for (const path of ['/health', '/metrics', '/messages?user=ben', '/status?user=ben']) {
      told.push((await bot.client.request('GET', path)).body);
    }
    await bot.sandbox.start();
    bot.sandbox.revokeToken();
    await waitFor(() => bot.logged.some((line) => line.includes('refuses the bot token')));
    // It would go on replacing its files while they are read.
    await bot.app.stop();
    const files = await readdir(bot.dataDir, { recursive: true, withFileTypes: true });
    for (const file of files.filter((entry) => entry.isFile())) {
      told.push(await readFile(join(file.parentPath, file.name), 'utf8'));
    }
    expect(told.length).toBeGreaterThan(9);
    expect(bot.logged.length).toBeGreaterThan(9);
    expect(bot.logged.join('')).not.toContain('tiny-Secret');
    expect(JSON.stringify(told)).not.toContain('tiny-Secret');
  });
});
