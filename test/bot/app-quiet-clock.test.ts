/** Quiet hours and digests by the clock: the tests set it, and the service's timers follow. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
let bot: RunningBot;
let day = 1;
/** A time of the next day of the test, so that each is after all earlier ones. */
const setClock = (time: string, days = 0) => {
  const at = new Date(`2027-03-01T${time}Z`);
  at.setUTCDate(at.getUTCDate() + day + days);
  vi.setSystemTime(at);
};

beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  setClock('12:00:00');
  bot = await startBot({ people: ['ben'], links: { ben: BEN } });
});
afterAll(async () => {
  vi.useRealTimers();
  await bot.stop();
});
beforeEach(async () => {
  day += 3;
  setClock('12:00:00');
  await set({ timezone: 'UTC', quiet: 'off', digest: 'off' });
});
afterEach(() => bot.sandbox.clearFaults());

const set = (change: object) => bot.client.request('POST', '/settings', { user: 'ben', ...change });
const send = (text: string, more: object = {}) => bot.send({ user: 'ben', text, id: `${day} ${text}`, ...more });
const texts = () => bot.sandbox.messages(BEN).map(({ text = '' }) => text);
const held = async () => ((await bot.client.request('GET', '/settings?user=ben')).body as { held: number }).held;
const statusOf = async (text: string) => {
  const { body } = await bot.client.request('GET', '/messages?user=ben');
  return (body as { messages: { id: string; status: string }[] }).messages.find(({ id }) => id === `${day} ${text}`)
    ?.status;
};

describe('quiet hours', () => {
  test('end by the clock of the person’s zone', async () => {
    await set({ timezone: 'Europe/Berlin', quiet: '22:00-07:00' });
    setClock('05:59:59.000', 1);
    await send('at night');
    await expect.poll(held).toBe(1);
    const before = texts().length;
    setClock('06:00:00.000', 1);
    await waitFor(() => texts().length > before);
    expect(texts().slice(before)).toEqual(['🌙 While it was quiet: 1 message\n06:59 at night']);
    await expect.poll(() => statusOf('at night')).toBe('summarized');
  });

  test('that begin again before the summary could be sent hold it back, and it is told once', async () => {
    await set({ quiet: '22:00-07:00' });
    setClock('06:59:59.000', 1);
    await send('first night');
    await expect.poll(held).toBe(1);
    const before = texts().length;
    bot.sandbox.fail({
      method: 'sendMessage',
      chatId: BEN,
      answer: { error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 3 } },
    });
    setClock('07:00:00.000', 1);
    // Telegram asks to wait; meanwhile it is night again.
    await waitFor(() => bot.logged.some((line) => line.includes('will be tried again')));
    setClock('22:30:00.000', 1);
    await waitFor(() => bot.logged.some((line) => line.includes('"status":"outdated"')));
    expect([texts().slice(before), await held()]).toEqual([[], 1]);
    await send('second night');
    setClock('07:00:00.000', 2);
    await set({ digest: 'off' });
    await waitFor(() => texts().length > before);
    const [summary = '', ...more] = texts().slice(before);
    expect([summary.split('\n')[0], more]).toEqual(['🌙 While it was quiet: 2 messages', []]);
  });
});

test('a message that is withdrawn before the summary could be sent is not named in it', async () => {
  await set({ quiet: '22:00-07:00' });
  setClock('06:59:59.000', 1);
  await send('kept');
  await send('withdrawn');
  await expect.poll(held).toBe(2);
  const before = texts().length;
  bot.sandbox.fail({
    method: 'sendMessage',
    chatId: BEN,
    answer: { error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 5 } },
  });
  const seen = bot.logged.length;
  setClock('07:00:00.000', 1);
  await waitFor(() => bot.logged.slice(seen).some((line) => line.includes('will be tried again')));
  const path = `/messages/${encodeURIComponent(`${day} withdrawn`)}?user=ben`;
  expect((await bot.client.request('DELETE', path)).body).toMatchObject({ status: 'cancelled' });
  await waitFor(() => bot.logged.slice(seen).some((line) => line.includes('"status":"outdated"')));
  setClock('07:00:05.000', 1);
  await waitFor(() => texts().length > before);
  await expect.poll(() => statusOf('kept')).toBe('summarized');
  expect(texts().slice(before)).toEqual(['🌙 While it was quiet: 1 message\n06:59 kept']);
});

describe('a digest', () => {
  test('comes its length after the first message, and what is gathered meanwhile waits for the next', async () => {
    await set({ digest: '15m' });
    await send('one', { severity: 'info' });
    setClock('12:14:59.000');
    await send('two', { severity: 'low' });
    await expect.poll(held).toBe(2);
    const before = texts().length;
    bot.sandbox.fail({
      method: 'sendMessage',
      chatId: BEN,
      answer: { error_code: 429, description: 'Too Many Requests', parameters: { retry_after: 1 } },
    });
    setClock('12:15:00.000');
    const seen = bot.logged.length;
    await waitFor(() => bot.logged.slice(seen).some((line) => line.includes('will be tried again')));
    await send('three', { severity: 'info' });
    await waitFor(() => texts().length > before);
    expect(texts().at(-1)).toMatch(/^📥 Digest: 2 messages\n12:00 ℹ️ one\n12:14 🔵 two$/);
    await expect.poll(() => statusOf('two')).toBe('summarized');
    expect([await statusOf('three'), await held()]).toEqual(['queued', 1]);
    setClock('12:31:00.000');
    await set({ digest: '15m' });
    await waitFor(() => texts().length > before + 1);
    expect(texts().at(-1)).toBe('📥 Digest: 1 message\n12:15 ℹ️ three');
  });
});

test('more than 200 held messages are told early, without a sound, and none is lost', async () => {
  await set({ quiet: '22:00-07:00' });
  setClock('23:00:00.000');
  const before = bot.sandbox.messages(BEN).length;
  for (let n = 0; n < 230; n += 1) await send(`m${n}`, { wait: 0 });
  setClock('23:00:01.000');
  await waitFor(() => bot.sandbox.messages(BEN).length > before);
  await expect.poll(held).toBe(30);
  const [early] = bot.sandbox.messages(BEN).slice(before);
  expect([early?.text?.split('\n')[0], early?.silent]).toEqual(['🌙 While it was quiet: 200 messages', true]);
  setClock('07:00:00.000', 1);
  await set({ digest: 'off' });
  await waitFor(() => bot.sandbox.messages(BEN).length > before + 1);
  expect(texts().at(-1)).toContain('While it was quiet: 30 messages');
});
