import { describe, expect, test } from 'vitest';
import { createRates } from '../../src/sandbox/rates.ts';
import { call, png, startSandbox, upload } from '../support/bot/sandbox-client.ts';

describe('the rate limits', () => {
  test('permit four messages at once to a chat, then one a second', () => {
    const rates = createRates();
    expect([0, 1, 2, 3, 4].map((at) => rates.take(7, 1, at))).toEqual([0, 0, 0, 0, 1]);
    expect(rates.take(7, 1, 500)).toBe(1);
    expect(rates.take(7, 1, 1000)).toBe(0);
    expect(rates.take(7, 1, 1010)).toBe(1);
    expect(rates.take(7, 1, 1960)).toBe(0);
  });

  test('permit one message a second to a chat indefinitely', () => {
    const rates = createRates();
    const waits = Array.from({ length: 500 }, (_, second) => rates.take(7, 1, second * 1000));
    expect(waits.every((wait) => wait === 0)).toBe(true);
  });

  test('permit thirty messages a second to thirty chats', () => {
    const rates = createRates();
    const waits = Array.from({ length: 31 }, (_, index) => rates.take(index + 1, 1, 0));
    expect(waits.filter((wait) => wait > 0)).toEqual([1]);
    expect(rates.take(99, 1, 1000)).toBe(0);
  });

  test('permit twenty messages a minute to a group', () => {
    const rates = createRates();
    const times = Array.from({ length: 20 }, (_, index) => index * 1500);
    expect(times.map((at) => rates.take(-5, 1, at)).every((wait) => wait === 0)).toBe(true);
    expect(rates.take(-5, 1, 40_000)).toBe(20);
    expect(rates.take(-5, 1, 60_000)).toBe(0);
    expect(times.map((at) => rates.take(6, 1, at + 100_000)).every((wait) => wait === 0)).toBe(true);
  });

  test('count an album as all its messages', () => {
    const rates = createRates();
    expect(rates.take(7, 10, 0)).toBe(0);
    expect(rates.take(7, 1, 0)).toBe(7);
    expect(rates.take(7, 1, 7000)).toBe(0);
  });

  test('do not count refused messages', () => {
    const rates = createRates();
    for (let index = 0; index < 100; index += 1) rates.take(7, 1, 0);
    expect(rates.take(7, 1, 1000)).toBe(0);
  });
});

describe('rate-limited calls', () => {
  test('get 429 with the time to wait, and are counted', async () => {
    let now = 1_000_000;
    const sandbox = await startSandbox({ limits: true, now: () => now });
    const send = () => call(sandbox, 'sendMessage', { chat_id: 7, text: 'x' });
    for (let index = 0; index < 4; index += 1) expect((await send()).ok).toBe(true);
    expect(await send()).toEqual({
      status: 429,
      ok: false,
      error_code: 429,
      description: 'Too Many Requests: retry after 1',
      parameters: { retry_after: 1 },
    });
    expect(sandbox.calls.tooMany).toBe(1);
    expect(sandbox.calls.list.at(-1)).toEqual({ method: 'sendMessage', chatId: 7, at: now, status: 429 });
    now += 1000;
    expect((await send()).ok).toBe(true);
  });

  test('are only messages; edits, actions and queries are free', async () => {
    const sandbox = await startSandbox({ limits: true, now: () => 0 });
    const photo = { name: 'a.png', data: png(10, 10) };
    for (let index = 0; index < 4; index += 1) await upload(sandbox, 'sendPhoto', { chat_id: '7', photo });
    expect((await upload(sandbox, 'sendPhoto', { chat_id: '7', photo })).status).toBe(429);
    expect((await call(sandbox, 'sendChatAction', { chat_id: 7, action: 'typing' })).ok).toBe(true);
    expect((await call(sandbox, 'editMessageCaption', { chat_id: 7, message_id: 1, caption: 'x' })).ok).toBe(true);
    expect((await call(sandbox, 'getChat', { chat_id: 7 })).ok).toBe(true);
  });
});
