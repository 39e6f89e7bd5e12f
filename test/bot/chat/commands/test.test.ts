import { imageSize } from 'image-size';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawTestPicture } from '../../../../src/bot/intake/test-picture.ts';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';
import { waitFor } from '../../../support/wait-for.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1, ana: 2, eve: 2 } });
});
afterAll(() => bot.stop());

describe('the picture', () => {
  test('is a PNG of the size that it was drawn in', async () => {
    const picture = await drawTestPicture();
    expect([...picture.subarray(0, 8)]).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    expect(imageSize(picture)).toMatchObject({ type: 'png', width: 1010, height: 500 });
    expect(picture.length).toBeLessThan(200_000);
  });
});

describe('/test', () => {
  test('sends it as every notification is sent: with a title, through the outbox, into the history', async () => {
    const message = await bot.ask(1, '/test');
    expect(message).toMatchObject({ method: 'sendPhoto', media: { name: 'test.png', width: 1010, height: 500 } });
    expect(message.caption).toMatch(/^It works\nThis is what a notification for ben from /);
    expect(message.entities.map(({ type }) => type)).toEqual(['bold', 'bold', 'code', 'bold', 'code']);
    const sent = await waitFor(async () => {
      const { body } = await bot.client.request('GET', '/messages?user=ben&limit=1');
      const [first] = (body as { messages: { status: string; source: string }[] }).messages;
      return first?.status === 'sent' && first;
    });
    expect(sent.source).toBe('test');
  });

  test('sends one to each account of the chat', async () => {
    const before = bot.sandbox.messages(2).length;
    bot.sandbox.say(2, '/test');
    await waitFor(() => bot.sandbox.messages(2).length === before + 2);
    expect(bot.sandbox.messages(2).map((m) => /for (\w+) from/.exec(m.caption ?? '')?.[1])).toEqual(['ana', 'eve']);
  });

  test('while muted says that it was held back', async () => {
    await bot.ask(1, '/mute 1h');
    expect((await bot.ask(1, '/test')).text).toMatch(/^🔕 The test for ben was recorded but not sent: \/unmute/);
    await bot.ask(1, '/unmute');
    expect((await bot.ask(1, '/test')).method).toBe('sendPhoto');
  });

  test('in a chat that is not linked says how to link', async () => {
    expect((await bot.ask(9, '/test')).text).toBe('Use /start to link your account.');
  });
});
