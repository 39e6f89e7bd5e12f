import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Chat, chatWith } from '../support/bot/chat.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
const CLEO = 303;
const RULES = `
defaults: {to: [owner], group_wait: 200ms, group_interval: 300ms, repeat_interval: 1h}
routes:
  - {name: brief, when: "kind == 'brief'", ack_timeout: 12s}
  - {name: stepped, when: "kind == 'stepped'", escalation: oncall}
escalations: {oncall: [{after: 3s, to: "user:cleo"}]}
`;
let bot: RunningBot;
let chat: Chat;

beforeAll(async () => {
  bot = await startBot({
    people: ['ben', 'cleo'],
    links: { ben: BEN, cleo: CLEO },
    async beforeStart(dataDir) {
      await mkdir(dataDir, { recursive: true, mode: 0o750 });
      await writeFile(join(dataDir, 'alerts.yaml'), RULES);
    },
  });
  chat = chatWith(bot);
});
afterAll(() => bot.stop());

const post = (alertname: string, more: object = {}, labels: object = {}) =>
  bot.client.request('POST', '/alerts?user=ben', [
    { labels: { alertname, ...labels }, annotations: { summary: `${alertname} needs you` }, ...more },
  ]);
const end = (alertname: string, labels: object = {}) => post(alertname, { endsAt: new Date().toISOString() }, labels);
const shown = (chatId: number) => bot.sandbox.messages(chatId).filter(({ deleted }) => !deleted);
const about = (words: string, chatId = BEN) =>
  waitFor(() => shown(chatId).findLast(({ text = '' }) => text.includes(words)));

describe('one living message', () => {
  test('fires, is acknowledged by a press, and is resolved, by edits', async () => {
    expect(await post('Disk')).toMatchObject({ status: 200, body: { ok: true, alerts: [{ state: 'firing' }] } });
    const message = await about('Disk needs you');
    expect(await chat.press(message, /Acknowledge/)).toMatchObject({ text: 'Acknowledged: 1 alert, for 4h.' });
    await chat.says(message, /👤 Acknowledged by ben until/);
    expect(await chat.press(message, /Details/)).toBeDefined();
    expect((await about('fingerprint')).text).toMatch(/alertname: Disk\nsummary: Disk needs you/);
    expect(await chat.press(message, /Unack/)).toMatchObject({ text: 'Fires again: 1 alert.' });
    await waitFor(() => !/👤/.test(chat.now(message).text ?? ''));
    await end('Disk');
    const over = await chat.says(message, /✅ Resolved after/);
    expect(over.reply_markup?.inline_keyboard ?? []).toEqual([]);
  });

  test('is replaced by a new one when its acknowledgement expires, after a restart too', async () => {
    await post('Load', {}, { kind: 'brief' });
    const message = await about('Load needs you');
    await chat.press(message, /Acknowledge/);
    await chat.says(message, /👤/);
    await bot.restart();
    const next = await waitFor(() => shown(BEN).findLast(({ text = '' }) => text.includes('has expired')));
    expect(next.message_id).toBeGreaterThan(message.message_id);
    await waitFor(() => bot.sandbox.messages(BEN).find(({ message_id: id }) => id === message.message_id)?.deleted);
    await end('Load', { kind: 'brief' });
    await chat.says(next, /✅ Resolved/);
  });

  test('is a new one where it was deleted', async () => {
    await post('Gone');
    const message = await about('Gone needs you');
    const target = new URLSearchParams({ chat_id: String(BEN), message_id: String(message.message_id) });
    await fetch(`${bot.sandbox.url}/bot${bot.sandbox.token}/deleteMessage?${target}`);
    await end('Gone');
    const next = await waitFor(() => shown(BEN).findLast(({ text = '' }) => /Gone.*Resolved/s.test(text)));
    expect(next.message_id).toBeGreaterThan(message.message_id);
  });
});

describe('an escalation', () => {
  test('tells the next person, whose acknowledgement both see, and both see its end', async () => {
    await post('Stepped', {}, { kind: 'stepped' });
    const first = await about('Stepped needs you');
    const second = await about('Stepped needs you', CLEO);
    expect(second.text).toMatch(/⏫ Escalated: nobody has acknowledged for/);
    await chat.press(second, /Acknowledge/);
    await chat.says(first, /👤 Acknowledged by cleo/);
    await end('Stepped', { kind: 'stepped' });
    await chat.says(first, /✅ Resolved/);
    await chat.says(second, /✅ Resolved/);
  });

  test('does not tell who comes next once it is acknowledged', async () => {
    await post('Quick', {}, { kind: 'stepped' });
    const message = await about('Quick needs you');
    await chat.press(message, /Acknowledge/);
    const acknowledgedAt = Date.now();
    await post('Later', {}, { kind: 'stepped' });
    await about('Later needs you', CLEO);
    const late = shown(CLEO).filter(({ text = '', at }) => text.includes('Quick') && at > acknowledgedAt);
    expect(late).toEqual([]);
  });
});

test('what was posted before a kill is told after it', async () => {
  await post('Survivor');
  await bot.restart();
  await about('Survivor needs you');
  const { body } = await bot.client.request('GET', '/alerts?user=ben&state=firing');
  expect(body).toMatchObject({ ok: true, total: expect.any(Number) });
});
