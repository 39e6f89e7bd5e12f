import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../support/bot/running-bot.ts';

const BEN = 202;
let bot: RunningBot;

beforeAll(async () => {
  bot = await startBot({ people: ['ben'], links: { ben: BEN } });
});
afterAll(() => bot.stop());

const send = (body: object) => bot.send({ user: 'ben', text: 'x', ...body });
const texts = () => bot.sandbox.messages(BEN).map(({ text }) => text);
const listed = async () =>
  ((await bot.client.request('GET', '/messages?user=ben')).body as { messages: Record<string, unknown>[] }).messages;

describe('a message for later', () => {
  test('is answered at once, listed with its time, and sent at it', async () => {
    const at = new Date(Date.now() + 3_000).toISOString();
    const { status, body } = await send({ text: 'later', at, labels: { host: 'db1', rows: 3, late: true } });
    expect([status, body]).toEqual([202, { ok: true, id: expect.any(String), status: 'queued', at }]);
    expect((await listed())[0]).toMatchObject({ status: 'queued', at, labels: { host: 'db1', rows: 3, late: true } });
    expect(texts()).not.toContain('later');
    await expect.poll(texts).toContain('later');
    expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(at));
    await expect.poll(async () => (await listed())[0]?.status).toBe('sent');
    expect((await listed())[0]).not.toHaveProperty('at');
  });

  test('may name a duration', async () => {
    const { status, body } = await send({ text: 'in a moment', at: '300ms', id: 'soon' });
    expect(status).toBe(202);
    await expect.poll(texts).toContain('in a moment');
    // The same request, repeated.
    const again = () => send({ text: 'in a moment', at: '300ms', id: 'soon' });
    await expect.poll(again).toMatchObject({ body: { status: 'sent' } });
    expect(body).toMatchObject({ at: expect.any(String) });
    expect((await send({ text: 'in a moment', at: '301ms', id: 'soon' })).status).toBe(409);
  });

  test.each([
    ['tomorrow', /^at: expected a time such as /],
    ['2026-01-30T18:00:00', /^at: expected a time such as /],
    ['2026-13-30T18:00:00Z', /^at: expected a time such as /],
    ['2020-01-30T18:00:00Z', /^at: 2020-01-30T18:00:00.000Z is in the past\.$/],
    ['32d', /^at: expected at most 31 days from now, found "32d"\.$/],
    ['-5m', /^at: expected a time such as /],
    ['30', /^at: expected a time such as /],
  ])('is refused for %s', async (at, error) => {
    const { status, body } = await send({ at });
    expect([status, body]).toEqual([400, { code: 'bad_field', error: expect.stringMatching(error) }]);
  });

  test.each([
    [{ a: [] }, /^labels: expected an object of strings, numbers and booleans/],
    [Object.fromEntries(Array.from({ length: 65 }, (_, i) => [`l${i}`, i])), /^labels: expected at most 64 labels/],
    [{ a: 'x'.repeat(5_000) }, /^labels: expected at most 64 labels of 4096 characters together/],
  ])('has no labels like %j', async (labels, error) => {
    expect(await send({ labels })).toMatchObject({ status: 400, body: { error: expect.stringMatching(error) } });
  });
});
