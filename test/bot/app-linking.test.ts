import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

const me = userInfo().username;
let bot: RunningBot;

beforeAll(async () => {
  bot = await startBot({ people: ['gil', 'hal', 'ida', 'jan', 'kim', 'ola', 'pia'] });
});
afterAll(() => bot.stop());

const post = (path: string, body: object = {}) => bot.client.request('POST', path, body);
const status = async (user: string) => (await bot.client.request('GET', `/status?user=${user}`)).body;
async function codeFor(chatId: number): Promise<string> {
  return /\b\d{6}\b/.exec((await bot.ask(chatId, '/start')).text ?? '')?.[0] ?? '';
}
const filed = async () => JSON.parse(await readFile(join(bot.dataDir, 'telegram_users.json'), 'utf8'));

describe('a code', () => {
  test('links the caller to the chat that asked for it, tells the chat, and remembers the uid', async () => {
    const code = await codeFor(11);
    const told = bot.next(11);
    const answer = await post('/link', { code });
    expect(answer).toMatchObject({ status: 200, body: { ok: true, linked_at: expect.stringMatching(/^\d{4}-.*Z$/) } });
    expect((await told).text).toMatch(new RegExp(`^✅ Linked to ${me} on `));
    expect(await filed()).toMatchObject({ [me]: { chat_id: 11, uid: process.getuid?.() } });
    expect(await status(me)).toMatchObject({ user: me, linked: true, chat: { type: 'private' }, queued: 0 });
  });

  test('is good once', async () => {
    const code = await codeFor(12);
    expect((await post('/link', { user: 'gil', code })).status).toBe(200);
    expect(await post('/link', { user: 'gil', code })).toMatchObject({ status: 404, body: { code: 'unknown_code' } });
  });

  test('of an earlier /start is ended by the next one', async () => {
    const first = await codeFor(13);
    const second = await codeFor(13);
    expect((await post('/link', { user: 'hal', code: first })).status).toBe(404);
    expect((await post('/link', { user: 'hal', code: second })).status).toBe(200);
  });

  test('of more than ten minutes ago is refused with 410', async () => {
    const code = await codeFor(14);
    const path = join(bot.dataDir, 'pending_codes.json');
    const codes = JSON.parse(await readFile(path, 'utf8'));
    codes[code].created_at -= 601;
    await writeFile(path, JSON.stringify(codes));
    expect(await post('/link', { user: 'ida', code })).toMatchObject({ status: 410, body: { code: 'expired_code' } });
  });

  test('is not guessed: the sixth wrong try within a minute is refused, the right code too', async () => {
    const code = await codeFor(15);
    const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
    for (let i = 0; i < 5; i += 1) expect((await post('/link', { user: 'jan', code: wrong })).status).toBe(404);
    expect(await post('/link', { user: 'jan', code })).toMatchObject({ status: 429, body: { code: 'too_many_tries' } });
    expect((await post('/link', { user: 'kim', code })).status).toBe(200);
  });
});

test('a name without an account is not linked, by code or by deep link, and the code stays good', async () => {
  const code = await codeFor(16);
  const refused = { status: 404, body: { code: 'unknown_account', error: expect.stringContaining('nemo') } };
  expect(await post('/link', { user: 'nemo', code })).toMatchObject(refused);
  expect(await post('/link', { user: 'nemo' })).toMatchObject(refused);
  expect((await post('/link', { user: 'kim', code })).status).toBe(200);
});

describe('the name of the host', () => {
  const HOST = hostname();

  test('is told to linked chats only', async () => {
    for (const words of ['/start', '/help', '/whoami', '/status', 'hello']) {
      const { text = '' } = await bot.ask(17, words);
      expect([words, text.includes(HOST)]).toEqual([words, false]);
    }
    await bot.link('kim', 17);
    for (const words of ['/start', '/help', '/whoami']) expect((await bot.ask(17, words)).text).toContain(HOST);
  });

  test('is told to all where the setting says so', async () => {
    const open = await startBot({ settings: { showHost: true } });
    onTestFinished(() => open.stop());
    for (const words of ['/start', '/help']) expect((await open.ask(17, words)).text).toContain(HOST);
  });
});

describe('linking again', () => {
  test('by code moves a user to the new chat and notifies the old one', async () => {
    await bot.link('lea', 21);
    const old = bot.next(21);
    await bot.link('lea', 22);
    expect(bot.last(22)?.text).toMatch(/^✅ Linked to lea on \S+\. What came to .* \(private chat\) comes here now\./);
    expect((await old).text).toMatch(/^lea on \S+ is linked to .* \(private chat\) now; nothing more comes here\.$/);
    await bot.send({ user: 'lea', text: 'to the new one' });
    expect(bot.last(22)?.text).toBe('to the new one');
    expect(bot.sandbox.messages(21).some((m) => m.text === 'to the new one')).toBe(false);
  });

  test('by deep link moves a user too and notifies the old chat', async () => {
    await bot.link('max', 23);
    const { body } = await post('/link', { user: 'max' });
    const token = new URL((body as { url: string }).url).searchParams.get('start');
    const old = bot.next(23);
    const question = await bot.ask(24, `/start ${token}`);
    expect(question.text).toMatch(
      /^The messages of max on \S+ go to .* \(private chat\)\. Send them here, to .* \(private chat\), instead\?$/,
    );
    expect(await filed()).toMatchObject({ max: { chat_id: 23 } });
    expect((await bot.confirm(24, `/start ${token}`)).text).toMatch(/^✅ Linked to max on /);
    expect((await old).text).toMatch(/^max on \S+ is linked to .* now; nothing more comes here\.$/);
    expect(await filed()).toMatchObject({ max: { chat_id: 24 } });
  });

  test('by deep link in a group says how many people will read it', async () => {
    await bot.link('amy', 26);
    const { body } = await post('/link', { user: 'amy' });
    const token = new URL((body as { url: string }).url).searchParams.get('start');
    for (const id of [501, 502, 503]) bot.sandbox.say(-26, 'hello', { id });
    const question = await bot.ask(-26, `/start@${bot.sandbox.username} ${token}`);
    expect(question.text).toMatch(/Send them here, to .* \(group\), instead\? 4 people can read it\.$/);
  });

  test('between chats of the same name tells them apart by their numbers', async () => {
    for (const chat of [31, 32, 33]) {
      const answer = bot.next(chat);
      bot.sandbox.say(chat, '/help', { first_name: 'Twin' });
      await answer;
    }
    await bot.link('ida', 31);
    const old = bot.next(31);
    await bot.link('ida', 32);
    expect(bot.last(32)?.text).toMatch(/What came to Twin \(private chat 31\) comes here now\./);
    expect((await old).text).toMatch(/is linked to Twin \(private chat 32\) now/);
    const { body } = await post('/link', { user: 'ida' });
    const token = new URL((body as { url: string }).url).searchParams.get('start');
    expect((await bot.ask(33, `/start ${token}`)).text).toMatch(
      /go to Twin \(private chat 32\)\. Send them here, to Twin \(private chat 33\), instead\?$/,
    );
  });

  test('to the same chat tells nobody of another one', async () => {
    await bot.link('ned', 25);
    const before = bot.sandbox.messages(25).length;
    await bot.link('ned', 25);
    expect(
      bot.sandbox
        .messages(25)
        .slice(before)
        .map((m) => m.text?.slice(0, 10)),
    ).toEqual([expect.stringContaining('This chat'), expect.stringContaining('✅')]);
  });
});

describe('a deep link', () => {
  test('names the bot, says when it expires, and is good once', async () => {
    const answer = await post('/link', { user: 'ola' });
    const { url, expires_at } = answer.body as { url: string; expires_at: string };
    expect(url).toMatch(new RegExp(`^https://t\\.me/${bot.sandbox.username}\\?start=[A-Za-z0-9_-]{32}$`));
    expect(Date.parse(expires_at) - Date.now()).toBeGreaterThan(9 * 60_000);
    const token = new URL(url).searchParams.get('start');
    await bot.ask(31, `/start ${token}`);
    expect(await status('ola')).toMatchObject({ linked: true });
    expect((await bot.ask(32, `/start ${token}`)).text).toMatch(/not known or was used/);
  });

  test('is kept as a digest only', async () => {
    const { body } = await post('/link', { user: 'pia' });
    const token = new URL((body as { url: string }).url).searchParams.get('start') ?? '';
    expect(await readFile(join(bot.dataDir, 'link_tokens.json'), 'utf8')).not.toContain(token);
  });

  test('that is wrong five times in a chat is not looked at again for a minute', async () => {
    for (let i = 0; i < 5; i += 1) expect((await bot.ask(33, '/start wrongtoken')).text).toMatch(/not known/);
    expect((await bot.ask(33, '/start wrongtoken')).text).toMatch(/Too many wrong links/);
  });
});

describe('unlinking', () => {
  test('through the socket ends the link and tells the chat', async () => {
    await bot.link('ray', 41);
    const told = bot.next(41);
    expect(await post('/unlink', { user: 'ray' })).toMatchObject({ status: 200, body: { ok: true, unlinked: true } });
    expect((await told).text).toMatch(/ray on .* was unlinked/);
    expect(await status('ray')).toMatchObject({ linked: false });
    expect((await bot.send({ user: 'ray', text: 'x' })).status).toBe(404);
    expect(await post('/unlink', { user: 'ray' })).toMatchObject({ status: 200, body: { unlinked: false } });
  });

  test('while messages wait: none reaches the old chat, each is recorded as failed', async () => {
    await bot.link('sam', 42);
    bot.sandbox.fail({ method: 'sendMessage', chatId: 42, answer: 'garbage', times: 1 });
    await bot.send({ user: 'sam', text: 'held 1', wait: 0 });
    await bot.send({ user: 'sam', text: 'held 2', wait: 0 });
    await waitFor(() => bot.logged.some((line) => line.includes('will be tried again') && line.includes('"sam"')));
    await post('/unlink', { user: 'sam' });
    const messages = await waitFor(async () => {
      const { body } = await bot.client.request('GET', '/messages?user=sam');
      const list = (body as { messages: { text: string; status: string; error?: string }[] }).messages;
      return list.every((m) => m.status === 'failed') && list;
    });
    expect(messages.map(({ text }) => text)).toEqual(['held 2', 'held 1']);
    expect(messages[0]?.error).toMatch(/sam is not linked to this chat any more/);
    expect(bot.sandbox.messages(42).some((m) => (m.text ?? '').startsWith('held'))).toBe(false);
  });

  test('a sender that waits for such a message gets 422', async () => {
    await bot.link('tom', 43);
    bot.sandbox.fail({ method: 'sendMessage', chatId: 43, answer: 'garbage', times: 1 });
    const waiting = bot.send({ user: 'tom', text: 'never' });
    await waitFor(() => bot.logged.some((line) => line.includes('will be tried again') && line.includes('"tom"')));
    await post('/unlink', { user: 'tom' });
    expect(await waiting).toMatchObject({ status: 422, body: { code: 'refused' } });
  });
});

describe('what another program writes', () => {
  test('is a link at once, and its own keys stay', async () => {
    const path = join(bot.dataDir, 'telegram_users.json');
    await writeFile(
      path,
      JSON.stringify({ ...(await filed()), uma: { chat_id: 51, linked_at: '2026-01-30T12:00:00Z', theme: 'dark' } }),
    );
    expect((await bot.send({ user: 'uma', text: 'hello' })).status).toBe(200);
    expect(bot.last(51)?.text).toBe('hello');
    await bot.link('uma', 52);
    expect((await filed()).uma).toMatchObject({ chat_id: 52, theme: 'dark' });
  });

  test('for a user name that was given to somebody else is not their link', async () => {
    const path = join(bot.dataDir, 'telegram_users.json');
    await writeFile(path, JSON.stringify({ ...(await filed()), [me]: { chat_id: 53, uid: 4_000_000 } }));
    expect((await bot.send({ text: 'for whom?' })).status).toBe(404);
    expect(await status(me)).toMatchObject({ linked: false });
    expect(bot.sandbox.messages(53)).toEqual([]);
  });
});

describe('while Telegram has not been reached since the start', () => {
  test('a chat hears of its link, and of its end, as soon as Telegram is reached', async () => {
    const code = '123456';
    const away = await startBot({
      beforeStart: async (dataDir, sandbox) => {
        const entry = { chat_id: 61, created_at: Math.floor(Date.now() / 1000) };
        await mkdir(dataDir, { recursive: true, mode: 0o750 });
        await writeFile(join(dataDir, 'pending_codes.json'), JSON.stringify({ [code]: entry }));
        await sandbox.stop();
      },
      people: ['vic'],
    });
    onTestFinished(() => away.stop());
    expect((await away.client.request('POST', '/link', { user: 'vic', code })).status).toBe(200);
    expect((await away.client.request('POST', '/unlink', { user: 'vic' })).status).toBe(200);
    await waitFor(() => away.logged.some((line) => line.includes('could not be sent yet')));
    await away.sandbox.start();
    await away.sandbox.waitFor((m) => m.chat_id === 61 && /was unlinked/.test(m.text ?? ''), 20_000);
    expect(away.sandbox.messages(61).map(({ text }) => text)).toEqual([
      expect.stringMatching(/^✅ Linked to vic on /),
      expect.stringMatching(/^vic on .* was unlinked from this chat/),
    ]);
  });

  test('a notice that is not sent before the service stops is named in the log', async () => {
    const away = await startBot({ links: { wes: 62 }, beforeStart: async (_, sandbox) => sandbox.stop() });
    onTestFinished(() => away.stop());
    await away.client.request('POST', '/unlink', { user: 'wes' });
    await waitFor(() => away.logged.some((line) => line.includes('could not be sent yet')));
    await away.app.stop();
    expect(away.logged.join('')).toMatch(/"chat_id":62,"result":"stopped".*"A notice was not sent"/);
  });
});

test('a notice that Telegram refuses is named in the log, and not repeated', async () => {
  await bot.link('xia', 63);
  bot.sandbox.block(63);
  await post('/unlink', { user: 'xia' });
  await waitFor(() => bot.logged.some((line) => /"chat_id":63,"result":"refused".*blocked/.test(line)));
});
