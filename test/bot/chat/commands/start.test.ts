import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';

const GROUP = -50;
let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1 } });
  bot.people.add('eve', 'team', 'gil', 'hal', 'ida');
});
afterAll(() => bot.stop());

const codeIn = (text: string | undefined) => /\b\d{6}\b/.exec(text ?? '')?.[0];
const tokenFor = async (user: string) => {
  const { body } = await bot.client.request('POST', '/link', { user });
  return new URL((body as { url: string }).url).searchParams.get('start') ?? '';
};

describe('/start', () => {
  test('answers with a six-digit code that can be copied, how long it is good, and what to run', async () => {
    const { text = '', entities } = await bot.ask(2, '/start');
    expect(text).toMatch(/^Your code is \d{6}, good for 10 minutes and once\./);
    expect(text).toContain(`notify-runner link ${codeIn(text)}`);
    const code = entities.find(({ type }) => type === 'code');
    expect(text.slice(code?.offset, (code?.offset ?? 0) + (code?.length ?? 0))).toBe(codeIn(text));
  });

  test('in a linked chat says whose it is, and links one more account', async () => {
    const { text } = await bot.ask(1, '/start');
    expect(text).toMatch(/^This chat is linked to ben already; the code links one more account\./);
    const told = bot.next(1);
    await bot.client.request('POST', '/link', { user: 'eve', code: codeIn(text) });
    await told;
    expect((await bot.ask(1, '/start')).text).toMatch(/linked to ben, eve already/);
  });

  test.each(['/start', '/start@notify_sandbox_bot'])('%s in a group links the group', async (typed) => {
    const code = codeIn((await bot.ask(GROUP, typed)).text);
    const told = bot.next(GROUP);
    expect((await bot.client.request('POST', '/link', { user: 'team', code })).status).toBe(200);
    await told;
    expect(await bot.client.request('GET', '/status?user=team')).toMatchObject({
      body: { linked: true, chat: { type: 'group', name: 'Group 50' } },
    });
  });

  test('with the token of a deep link links at once, in a group too', async () => {
    expect((await bot.ask(3, `/start ${await tokenFor('gil')}`)).text).toMatch(/^✅ Linked to gil on .* Try \/test/);
    expect((await bot.ask(-51, `/start@notify_sandbox_bot ${await tokenFor('hal')}`)).text).toMatch(
      /^✅ Linked to hal/,
    );
    expect((await bot.send({ user: 'hal', text: 'to the group' })).status).toBe(200);
    expect(bot.last(-51)?.text).toBe('to the group');
  });

  test('with a token that was replaced by a newer one is refused', async () => {
    const old = await tokenFor('ida');
    const newer = await tokenFor('ida');
    expect((await bot.ask(4, `/start ${old}`)).text).toMatch(/not known or was used already/);
    expect((await bot.ask(4, `/start ${newer}`)).text).toMatch(/^✅ Linked to ida/);
  });

  test.each(['x', '../../etc/passwd', '__proto__', '😀', 'A'.repeat(64)])(
    'with the odd token %s is refused with a sentence',
    async (token) => {
      expect((await bot.ask(5, `/start ${token}`)).text).toMatch(/not known|Too many/);
    },
  );

  test('names a person by first and last name, as they are', async () => {
    bot.sandbox.open(61, { first_name: 'Zoë *bold*', last_name: '<b>' });
    await bot.link('zoe', 61);
    expect(await bot.client.request('GET', '/status?user=zoe')).toMatchObject({
      body: { chat: { type: 'private', name: 'Zoë *bold* <b>' } },
    });
  });
});
