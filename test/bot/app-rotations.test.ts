import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';

const [ANA, BEN] = [201, 202];
const RULES = 'rotations: {primary: {people: [ana], handover: "0 9 * * 1", timezone: Europe/Berlin}}\n';
let bot: RunningBot;

beforeAll(async () => {
  bot = await startBot({
    people: ['ana', 'ben', 'cleo'],
    links: { ana: ANA, ben: BEN },
    beforeStart: (dataDir) => writeFile(join(dataDir, 'alerts.yaml'), RULES),
  });
});
afterAll(() => bot.stop());

const OVERRIDE = '/rotations/primary/override';
const override = (body: object) => bot.client.request('POST', OVERRIDE, body);
const toBen = () => bot.sandbox.messages(BEN).map(({ text }) => text);
const shown = async () =>
  (await bot.client.request('GET', '/rotations')).body as { rotations: Record<string, unknown>[] };

describe('rotations of a running service', () => {
  test('are listed with who is on call', async () => {
    expect((await shown()).rotations).toEqual([
      {
        name: 'primary',
        people: [{ user: 'ana', linked: true }],
        handover: '0 9 * * 1',
        timezone: 'Europe/Berlin',
        on_call: { user: 'ana', linked: true },
        since: expect.any(String),
        until: expect.any(String),
        next: [expect.any(Object), expect.any(Object), expect.any(Object)],
        overrides: [],
      },
    ]);
  });

  test('let somebody stand in, who is told, also after a restart', async () => {
    const { status, body } = await override({ person: 'ben', until: '1h' });
    expect([status, body]).toMatchObject([200, { rotation: { on_call: { user: 'ben', linked: true } } }]);
    await expect.poll(toBen).toEqual([expect.stringContaining('You are on call: primary')]);
    await bot.restart();
    expect((await shown()).rotations[0]).toMatchObject({
      on_call: { user: 'ben' },
      overrides: [{ person: 'ben', by: expect.any(String) }],
    });
    const cleared = await bot.client.request('DELETE', OVERRIDE);
    expect(cleared).toMatchObject({ status: 200, body: { rotation: { overrides: [] } } });
    expect((await shown()).rotations[0]).not.toMatchObject({ on_call: { user: 'ben' } });
    expect(toBen()).toHaveLength(1);
  });

  test.each([
    [{ person: 'dora', until: '1h' }, 404, 'person: this host has no account named dora.'],
    [{ person: 'ben', until: '2020-01-01T00:00:00Z' }, 400, 'until: it is over before it begins.'],
    [{ person: 'ben', until: '500d' }, 400, 'until: at most a year from now.'],
    [{ person: 'ben' }, 400, 'until: this field is required.'],
  ])('refuse %j', async (body, status, error) => {
    expect(await override(body)).toMatchObject({ status, body: { error } });
  });

  test('name who is on call and can not be told, in the list and in health', async () => {
    await writeFile(
      join(bot.dataDir, 'alerts.yaml'),
      RULES.replace('[ana]', '[cleo]').replace('}}', '}, night: {people: [dora], handover: "@daily"}}'),
    );
    await bot.app.reloadRules();
    expect((await shown()).rotations).toMatchObject([{ on_call: { user: 'cleo', linked: false } }, { name: 'night' }]);
    await expect
      .poll(async () => ((await bot.client.request('GET', '/health')).body as { reasons?: unknown }).reasons)
      .toEqual([
        'Rotation primary: cleo is on call, and not linked to a Telegram chat: they send /start to the bot, then run `notify-runner link`.',
        'Rotation night: dora is on call, and this host has no account of that name.',
      ]);
    await writeFile(join(bot.dataDir, 'alerts.yaml'), RULES);
    await bot.app.reloadRules();
    await expect.poll(async () => (await bot.client.request('GET', '/health')).status).toBe(200);
  });

  test('follow the rules at a reload; a wrong file is shown by health', async () => {
    const path = join(bot.dataDir, 'alerts.yaml');
    await writeFile(path, 'rotations: {primary: {people: [], handover: "0 9 * * 1"}}\n');
    await bot.app.reloadRules();
    const reason = `${path} line 1: rotations.primary: it has no people: write people: [alice, bob].`;
    const health = await bot.client.request('GET', '/health');
    expect(health.body).toMatchObject({ status: 'degraded', reasons: [reason], problems: [{ area: 'rules', reason }] });
    expect((await shown()).rotations).toHaveLength(1);
    await writeFile(path, `${RULES}reports: []\n`.replace('primary', 'second'));
    await bot.app.reloadRules();
    expect((await bot.client.request('GET', '/health')).body).toMatchObject({ status: 'ok' });
    expect((await shown()).rotations).toMatchObject([{ name: 'second' }]);
    expect(await override({ person: 'ben', until: '1h' })).toMatchObject({
      status: 404,
      body: { code: 'unknown_rotation', error: 'There is no rotation primary; the rules have second.' },
    });
  });
});
