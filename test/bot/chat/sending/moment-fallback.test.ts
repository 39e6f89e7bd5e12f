import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ana: 1 } });
});
afterAll(() => bot.stop());

const UNKNOWN = { error_code: 400, description: "Bad Request: can't parse MessageEntity: Unsupported type specified" };
const typesOf = (message: { entities?: readonly { type: string }[] }) => message.entities?.map(({ type }) => type);

describe('a server that knows no moments', () => {
  test('gets the answer without them', async () => {
    const usual = await bot.ask(1, '/mute until 18:00');
    expect(typesOf(usual)).toContain('date_time');
    bot.sandbox.fail({ method: 'sendMessage', answer: UNKNOWN });
    const plain = await bot.ask(1, '/mute until 18:00');
    expect(plain.text).toBe(usual.text);
    expect(typesOf(plain)).toEqual(typesOf(usual)?.filter((type) => type !== 'date_time'));
  });

  test('gets a notification without them, its formats stay', async () => {
    await bot.ask(1, '/unmute');
    bot.sandbox.fail({ method: 'sendMessage', answer: UNKNOWN });
    const next = bot.next(1);
    await bot.send({ user: 'ana', text: '*Due* <t:1769774400>' });
    expect(await next).toMatchObject({
      text: 'Due 30 January 2026 12:00 UTC',
      entities: [{ type: 'bold', offset: 0, length: 3 }],
    });
  });
});
