import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';

const me = userInfo().username;
const CHAT = 4711;

describe('a linked user', () => {
  let bot: RunningBot;
  beforeAll(async () => {
    bot = await startBot();
    await bot.link(me, CHAT);
  });
  afterAll(() => bot.stop());

  test('a sent text arrives formatted, and the answer names its message', async () => {
    const answer = await bot.client.request('POST', '/send', {
      title: 'Revenue',
      text: 'down *12 %* in `eu_west`',
      severity: 'high',
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ok: true, status: 'sent' });
    const [message] = bot.sandbox.messages(CHAT).slice(-1);
    expect(message?.text).toContain('Revenue');
    expect(message?.text).toContain('down 12 % in eu_west');
    expect((answer.body as { message_ids: number[] }).message_ids).toEqual([message?.message_id]);
  });
});
