/** Alerts in quiet hours: evaluated as ever, told in the summary, and acknowledged afterwards. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Chat, chatWith } from '../support/bot/chat.ts';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';
import { waitFor } from '../support/wait-for.ts';

const BEN = 202;
const RULES = `
defaults: {to: [owner], group_by: [alertname], group_wait: 0s, group_interval: 1s, repeat_interval: 4h}
escalations: {oncall: [{after: 1s, to: "user:ben"}]}
routes:
  - {name: urgent, when: "team == 'urgent'", to: [owner], escalation: oncall}
`;
const hour = (ahead: number) => `${new Date(Date.now() + ahead * 3_600_000).toISOString().slice(11, 13)}:00`;
const quietNow = () => `${hour(-2)}-${hour(2)}`;

let folder: string;
let bot: RunningBot;
let chat: Chat;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'notify-bot-test-'));
  const alertsFile = join(folder, 'alerts.yaml');
  await writeFile(alertsFile, RULES);
  bot = await startBot({ people: ['ben'], links: { ben: BEN }, settings: { alertsFile } });
  chat = chatWith(bot);
  await set({ timezone: 'UTC' });
});
afterAll(async () => {
  await bot.stop();
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  await set({ quiet: 'off' });
});

const set = (change: object) => bot.client.request('POST', '/settings', { user: 'ben', ...change });
const held = async () => ((await bot.client.request('GET', '/settings?user=ben')).body as { held: number }).held;
const messages = () => bot.sandbox.messages(BEN);
const post = (alertname: string, more: object = {}) =>
  bot.client.request('POST', '/alerts?user=ben', [{ labels: { alertname, host: 'db1', ...more } }]);
const resolve = async (alertname: string) => {
  const { body } = await bot.client.request('GET', '/alerts?user=ben');
  const { alerts } = body as { alerts: { fingerprint: string; labels: { alertname: string } }[] };
  const found = alerts.find(({ labels }) => labels.alertname === alertname)?.fingerprint;
  return bot.client.request('POST', `/alerts/${found}/resolve`, { user: 'ben' });
};

describe('in quiet hours', () => {
  test('an alert that is over by then is a line of the summary, and nothing else', async () => {
    await set({ quiet: quietNow() });
    const before = messages().length;
    expect((await post('DiskFull')).status).toBe(200);
    await expect.poll(held).toBe(1);
    await resolve('DiskFull');
    await expect.poll(held).toBe(2);
    expect(messages()).toHaveLength(before);
    await set({ quiet: 'off' });
    await waitFor(() => messages().length > before);
    await expect.poll(held).toBe(0);
    const [summary, ...more] = messages().slice(before);
    expect(summary?.text?.replaceAll(/\d\d:\d\d/g, '02:10')).toBe(
      '🌙 While it was quiet: 2 messages\n✅ DiskFull on db1, 02:10–02:10, over',
    );
    expect(more).toEqual([]);
  });

  test('one that still fires follows the summary, can be acknowledged there, and its end is an edit', async () => {
    await set({ quiet: quietNow() });
    const before = messages().length;
    await post('LoadHigh');
    await expect.poll(held).toBe(1);
    await set({ quiet: 'off' });
    await waitFor(() => messages().length === before + 2);
    const [summary, living] = messages().slice(before);
    expect(summary?.text).toMatch(/🔥 LoadHigh on db1, still firing since \d\d:\d\d$/);
    if (living === undefined) throw new Error('There is no living message.');
    expect([living.silent, living.text?.includes('LoadHigh')]).toEqual([true, true]);
    await waitFor(async () => (await held()) === 0);
    // The engine learns of its message a moment after the chat has it.
    await expect.poll(async () => (await chat.press(living, /Acknowledge/)).text).toMatch(/^Acknowledged/);
    await chat.says(living, /Acknowledged by ben/);
    await resolve('LoadHigh');
    await chat.says(living, /✅|[Rr]esolved/);
    expect(messages()).toHaveLength(before + 2);
  });

  test('the end of one that the chat knows from before is an edit at once', async () => {
    const before = messages().length;
    await post('KnownBefore');
    await waitFor(() => messages().length > before);
    const [living] = messages().slice(before);
    if (living === undefined) throw new Error('There is no living message.');
    await set({ quiet: quietNow() });
    await resolve('KnownBefore');
    await chat.says(living, /✅|[Rr]esolved/);
    expect([messages().length, await held()]).toEqual([before + 1, 0]);
  });

  test('a step of an escalation comes', async () => {
    await set({ quiet: quietNow() });
    const before = messages().length;
    await post('Urgent', { team: 'urgent' });
    await waitFor(() => messages().length > before);
    expect(messages().at(-1)?.text).toContain('Urgent');
  });
});
