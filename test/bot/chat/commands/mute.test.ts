import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { type RunningBot, startBot } from '../../../support/bot/running-bot.ts';

let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { ben: 1, ana: 2, eve: 2, team: -5 } });
});
afterAll(() => bot.stop());

const USAGE = /^I understand \/mute \(for an hour\), \/mute 2h, /;
const statusOf = async (user: string, source?: string) =>
  ((await bot.send({ user, text: 'x', ...(source && { source }) })).body as { status: string }).status;

describe('/mute', () => {
  test.each<[string, RegExp]>([
    ['/mute', /^🔕 Everything is muted for 1h\./],
    ['/mute 2h', /^🔕 Everything is muted for 2h\./],
    ['/mute  2h ', /^🔕 Everything is muted for 2h\./],
    ['/mute 30m', /^🔕 Everything is muted for 30m\./],
    ['/mute 90m', /^🔕 Everything is muted for 1h 30m\./],
    ['/mute 1.5h', /^🔕 Everything is muted for 1h 30m\./],
    ['/mute 7d', /^🔕 Everything is muted for 7d\./],
    ['/mute 2hours', /^🔕 Everything is muted for 2h\./],
    ['/mute 1h revenue_drop', /^🔕 revenue_drop is muted for 1h\./],
    ['/mute revenue_drop', /^🔕 revenue_drop is muted for 1h\./],
    ['/mute 7zip.sh', /^🔕 7zip\.sh is muted for 1h\./],
    ['/mute constructor', /^🔕 constructor is muted for 1h\./],
    ['/mute __proto__', /^🔕 __proto__ is muted for 1h\./],
    ['/mute 0', USAGE],
    ['/mute 0h', USAGE],
    ['/mute 90', USAGE],
    ['/mute -1h', USAGE],
    ['/mute 1h 90', USAGE],
    ['/mute 999999y', /^🔕 Everything is muted until you send \/unmute\./],
    ['/mute 2 hours', /^🔕 Everything is muted for 2h\./],
    ['/mute revenue_drop 1h', /^🔕 revenue_drop is muted for 1h\./],
    ['/mute forever', /^🔕 Everything is muted until you send \/unmute\. Critical ones still come\.$/],
    ['/mute backup forever', /^🔕 backup is muted until you send \/unmute backup\. Critical ones still come\. Your/],
    [
      '/mute backup tonight',
      /^🔕 backup is muted until .* 08:00 \S+\. Critical ones still come; \/unmute backup ends it\./,
    ],
    ['/mute off', USAGE],
    ['/mute until further notice', /^🔕 Everything is muted until you send/],
    ['/mute tomorow', /^🔕 tomorow is muted .*check the spelling\. Did you mean tomorrow\?$/],
    ['/mute all', /^🔕 Everything is muted for 1h\./],
    ['/mute until 18:00', /^🔕 Everything is muted until \d{4}-\d\d-\d\d 18:00 \S+\./],
    ['/mute tomorrow', /^🔕 Everything is muted until \d{4}-\d\d-\d\d 08:00 \S+\./],
    ['/mute helo', /^🔕 helo is muted for 1h\. .*check the spelling\.$/],
    ['/mute 1h revenue_drop now', USAGE],
  ])('%s', async (typed, answer) => {
    expect((await bot.ask(1, typed)).text).toMatch(answer);
    await bot.ask(1, '/unmute');
  });

  test('names the script that is muted as code, whatever marks it holds', async () => {
    const { text = '', entities } = await bot.ask(1, '/mute 1h a*b_c<d>');
    expect(entities).toContainEqual({ type: 'code', offset: text.indexOf('a*b'), length: 8 });
    await bot.ask(1, '/unmute');
  });

  test('ends by itself', async () => {
    await bot.ask(1, '/mute 1m');
    expect(await statusOf('ben')).toBe('muted');
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 60_001 });
    onTestFinished(() => void vi.useRealTimers());
    expect(await statusOf('ben')).toBe('sent');
    // By the clock of the next tests the mute is still in force.
    vi.useRealTimers();
    await bot.ask(1, '/unmute');
  });

  test('holds for every account of the chat, and no other', async () => {
    await bot.ask(2, '/mute');
    expect([await statusOf('ana'), await statusOf('eve'), await statusOf('ben')]).toEqual(['muted', 'muted', 'sent']);
    await bot.ask(2, '/unmute');
    expect([await statusOf('ana'), await statusOf('eve')]).toEqual(['sent', 'sent']);
  });

  test('works in a group', async () => {
    await bot.ask(-5, '/mute@notify_sandbox_bot 1h');
    expect(await statusOf('team')).toBe('muted');
    await bot.ask(-5, '/unmute@notify_sandbox_bot');
  });

  test.each(['/mute', '/mute 1h x', '/unmute'])('%s in a chat that is not linked says how to link', async (typed) => {
    expect((await bot.ask(9, typed)).text).toBe('Use /start to link your account.');
  });
});

describe('/unmute', () => {
  test('lifts everything, one script’s mute too', async () => {
    await bot.ask(1, '/mute 1h rev');
    await bot.ask(1, '/mute 2h');
    expect((await bot.ask(1, '/unmute')).text).toBe('🔔 Everything is no longer muted.');
    expect([await statusOf('ben'), await statusOf('ben', 'rev.py')]).toEqual(['sent', 'sent']);
  });

  test('of one script lifts that one alone', async () => {
    await bot.ask(1, '/mute 1h rev');
    await bot.ask(1, '/mute 1h other');
    expect((await bot.ask(1, '/unmute rev')).text).toBe('🔔 rev is no longer muted.');
    expect([await statusOf('ben', 'rev.py'), await statusOf('ben', 'other.sh')]).toEqual(['sent', 'muted']);
    await bot.ask(1, '/unmute');
  });

  test('of one script while everything is muted says that it is not heard', async () => {
    await bot.ask(1, '/mute');
    expect((await bot.ask(1, '/unmute rev')).text).toMatch(
      /^🔕 Everything is muted, rev too; \/unmute alone ends that\./,
    );
    expect(await statusOf('ben', 'rev')).toBe('muted');
    await bot.ask(1, '/unmute');
  });

  test('of a script that is not muted says so, and names the one that was meant', async () => {
    await bot.ask(1, '/mute 1h revenue_drop');
    expect((await bot.ask(1, '/unmute revenue_dorp')).text).toBe(
      'revenue_dorp is not muted by itself. Did you mean revenue_drop?',
    );
    expect((await bot.ask(1, '/unmute all')).text).toBe('🔔 Everything is no longer muted.');
  });

  test.each(['/unmute 2h', '/unmute tomorrow', '/unmute 1h backup', '/unmute a b 2h'])(
    '%s is not understood',
    async (typed) => {
      expect((await bot.ask(1, typed)).text).toBe('I understand /unmute and /unmute revenue_drop.');
    },
  );

  test.each(['/unmute forever', '/unmute everything', '/unmute ALL'])(
    '%s ends the mute of everything',
    async (typed) => {
      await bot.ask(1, '/mute forever');
      expect((await bot.ask(1, typed)).text).toBe('🔔 Everything is no longer muted.');
    },
  );

  test('of nothing muted is no fault', async () => {
    expect((await bot.ask(1, '/unmute')).text).toBe('🔔 Everything is no longer muted.');
  });
});

test('mutes that an account has enough of are refused in words, and so is a name that no file has', async () => {
  const scripts = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`s${i}`, '2126-01-01T00:00:00.000Z']));
  const own = await startBot({
    links: { ben: 1 },
    beforeStart: (dataDir) => writeFile(join(dataDir, 'mutes.json'), JSON.stringify({ ben: { scripts } })),
  });
  onTestFinished(() => own.stop());
  expect((await own.ask(1, '/mute 1h more')).text).toBe('200 scripts of ben are muted already: unmute some of them.');
  expect((await own.ask(1, `/mute 1h ${'x'.repeat(256)}`)).text).toMatch(USAGE);
  expect((await own.ask(1, '/mute 1h s7')).text).toMatch(/^🔕 s7 is muted for 1h/);
});
