/** `/status`, `/run` and their buttons, with the real actor and the real runner. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CHAT, me, serverOfScripts, UNTIL_LET_GO } from '../../../support/bot/chat.ts';
import { waitFor } from '../../../support/wait-for.ts';

const QUIET = `echo '{"notify": false}'`;
const NOTIFY = `echo '{"notify": true, "message": "hello", "cooldown": "1h"}'`;

describe('/status', () => {
  test('shows the link and each script, with buttons', async () => {
    const { bot, home, button } = await serverOfScripts();
    home.write('rev.sh', NOTIFY);
    home.write('two words.sh', QUIET);
    const status = await bot.ask(CHAT, '/status');
    expect(status.text).toMatch(
      /^\S+ on .*\nLinked since 2026-01-30\nNothing is waiting to be sent\n\nScripts\n1\. rev\.sh/,
    );
    expect(status.text).toContain('2. two words.sh\n     not run yet');
    expect(button(status, /Run rev\.sh/, 0).callback_data).toMatch(/^s/);
    expect(button(status, /Run two words\.sh/, 1)).toBeDefined();
    expect([button(status, /Mute/, 1), button(status, /Log/, 1)]).toHaveLength(2);
  });

  test('goes through thirty scripts in four pages, edited in place', async () => {
    const { bot, home, press, says, now } = await serverOfScripts();
    for (let n = 10; n < 40; n += 1) home.write(`s${n}.sh`, QUIET);
    const status = await bot.ask(CHAT, '/status');
    const seen = new Set<string>();
    for (const [range, way] of [
      ['1–8', /›/],
      ['9–16', /›/],
      ['17–24', /›/],
      ['25–30', undefined],
    ] as const) {
      const { text = '', reply_markup } = await says(status, new RegExp(`Scripts ${range} of 30`));
      for (const [name] of text.matchAll(/s\d+\.sh/g)) seen.add(name);
      const data = (reply_markup?.inline_keyboard ?? []).flat().map(({ callback_data = '' }) => callback_data);
      expect(data.length).toBeGreaterThan(18);
      expect(data.every((token) => Buffer.byteLength(token) <= 64)).toBe(true);
      if (way !== undefined) await press(status, way);
    }
    expect(seen.size).toBe(30);
    await press(status, /‹/);
    await says(status, /Scripts 17–24/);
    expect(bot.sandbox.messages(CHAT)).toHaveLength(1);
    expect(now(status).reply_markup?.inline_keyboard).toHaveLength(9);
  });

  test.each(['it’s "q" $(x).sh', '📈 x y.sh', `${'long '.repeat(39)}x.sh`, '-rf.sh', 'no ending'])(
    'runs a script named %j by its button',
    async (name) => {
      const { bot, home, press, says } = await serverOfScripts();
      home.write(name, `#!/bin/sh\n${QUIET}`, 0o755);
      const status = await bot.ask(CHAT, '/status');
      const running = bot.next(CHAT);
      await press(status, /Run/);
      await says(await running, /no alert/);
      await says(status, /ago: no alert|just now: no alert/);
    },
  );

  test('without scripts, or without a folder, says how to begin', async () => {
    const { bot } = await serverOfScripts();
    const status = await bot.ask(CHAT, '/status');
    expect(status.text).toContain('No scripts yet: notify-runner init');
    expect(status.reply_markup).toBeUndefined();
  });
});

describe('a press on Run', () => {
  test('is answered at once, runs the script, and shows how it goes', async () => {
    const { bot, home, press, says, button } = await serverOfScripts();
    home.write('rev.sh', NOTIFY);
    const status = await bot.ask(CHAT, '/status');
    const used = button(status, /Run/).callback_data;
    expect(await press(status, /Run/)).toMatchObject({ text: '▶ rev.sh is running', show_alert: false });
    const message = await bot.sandbox.waitFor(
      (m) => m.chat_id === CHAT && /rev\.sh/.test(m.text ?? '') && m.silent,
      30_000,
    );
    const done = await says(message, /^✅ rev\.sh sent/);
    expect(done.edits[0]?.text).toBe('▶ rev.sh is running…');
    expect(bot.sandbox.messages(CHAT).filter(({ text }) => text === 'hello')).toHaveLength(1);
    await says(status, /1\. rev\.sh\n {5}\S+ \S+: sent · cooldown \S+ left/);
    expect(button(status, /Run/).callback_data).not.toBe(used);
    await press(message, /Run again/);
    await says(message, /^🧊 rev\.sh cooldown, not sent: \S+ left/);
    expect(bot.sandbox.messages(CHAT)).toHaveLength(3);
  });

  test('twice runs once', async () => {
    const { bot, home, button, pressToken, now } = await serverOfScripts();
    home.write('once.sh', `echo x >> ~/ran; sleep 0.5; ${QUIET}`);
    const status = await bot.ask(CHAT, '/status');
    const token = button(status, /Run/).callback_data ?? '';
    for (let n = 0; n < 3; n += 1) bot.sandbox.press(CHAT, status.message_id, token);
    await waitFor(() => bot.sandbox.answers.length === 3);
    expect(bot.sandbox.answers.filter(({ text }) => text === 'It was started already.')).toHaveLength(2);
    await waitFor(() => button(status, /Run/).callback_data !== token);
    expect(home.read('./ran')).toBe('x\n');
    expect((await pressToken(status, token)).text).toBe('This button is too old: /status shows new ones.');
    expect(now(status).reply_markup?.inline_keyboard).toHaveLength(1);
  });

  test('of a script that fails, or is running already, says so', async () => {
    const { bot, home, says } = await serverOfScripts();
    home.write('bad.sh', 'echo why >&2; exit 3');
    home.write('slow.sh', `touch ~/began; ${UNTIL_LET_GO}; ${QUIET}`);
    await says(await bot.ask(CHAT, '/run bad'), /^❌ bad\.sh failed: It ended with exit code 3 \(why\)\./);
    const first = await bot.ask(CHAT, '/run slow.sh');
    await waitFor(() => existsSync(join(home.home, 'began')));
    await says(await bot.ask(CHAT, '/run slow'), /^▶ slow\.sh is running already/);
    home.write('./go', '');
    await says(first, /^✅ slow\.sh no alert/);
  });
});

describe('Mute and Log', () => {
  test('mute that script alone for an hour, and unmute it', async () => {
    const { bot, home, press, says, button } = await serverOfScripts();
    home.write('rev.sh', NOTIFY);
    home.write('two.sh', QUIET);
    const status = await bot.ask(CHAT, '/status');
    expect((await press(status, /Mute/, 0)).text).toMatch(/^🔕 rev\.sh is muted for 1h/);
    await says(status, /🔕 until/);
    expect(button(status, /Unmute/, 0)).toBeDefined();
    expect(button(status, /🔕 Mute/, 1)).toBeDefined();
    const result = await bot.ask(CHAT, '/run rev');
    await says(result, /^🔕 rev\.sh muted: recorded, not sent/);
    expect((await press(result, /Unmute/)).text).toBe('🔔 rev.sh is no longer muted.');
    await waitFor(() => button(result, /ute/).text === '🔕 Mute');
    expect((await bot.send({ user: me, text: 'x', source: 'rev.sh' })).body).toMatchObject({ status: 'sent' });
  });

  test('under a mute of everything say that it lasts', async () => {
    const { bot, home, press, button } = await serverOfScripts();
    home.write('rev.sh', QUIET);
    const status = await bot.ask(CHAT, '/status');
    await press(status, /Mute/);
    await waitFor(() => button(status, /ute/).text === '🔔 Unmute');
    await bot.ask(CHAT, '/mute');
    expect(await press(status, /Unmute/)).toMatchObject({
      text: expect.stringContaining('Everything is muted, rev.sh too'),
      show_alert: true,
    });
  });

  test('show the log’s end as a block', async () => {
    const { bot, home, press, says } = await serverOfScripts();
    home.write('bad.sh', 'seq 400 >&2; exit 3');
    const status = await bot.ask(CHAT, '/status');
    const nothing = bot.next(CHAT);
    await press(status, /Log/);
    expect((await nothing).text).toBe('The log has nothing of bad.sh yet.');
    await says(await bot.ask(CHAT, '/run bad'), /failed/);
    const log = bot.next(CHAT);
    await press(status, /Log/);
    const { text = '', entities } = await log;
    expect(text).toMatch(/^📄 bad\.sh\n[\s\S]+400$/);
    expect(entities.map(({ type }) => type)).toEqual(['code', 'pre']);
  });
});

describe('/run', () => {
  test('takes a name with or without its ending, and with spaces', async () => {
    const { bot, home, says } = await serverOfScripts();
    home.write('two  words.sh', QUIET);
    home.write('rev.sh', QUIET);
    home.write('rev.py', 'import json; print(json.dumps({"notify": False}))');
    const ask = (text: string) => bot.ask(CHAT, text);
    await says(await ask('/run two  words'), /^✅ two {2}words\.sh no alert/);
    await says(await ask('/run rev.py'), /^✅ rev\.py no alert/);
    await says(await ask('/run rev'), /^❌ rev was not run\. .*ambiguous.*rev\.py and rev\.sh/);
    const none = await says(await ask('/run never'), /^❌ never was not run\. There is no script/);
    expect(none.reply_markup).toBeUndefined();
    await says(await ask('/run Revv'), /^❌ Revv was not run\. There is no script .*did you mean rev\?/);
    await says(await ask('/run ../rev.sh'), /^❌ \.\.\/rev\.sh was not run\. That is no script’s name/);
    await says(await ask(`/run ${'x'.repeat(4000)}`), /^❌ x{99}… was not run\./);
  });

  test('alone lists what can be run', async () => {
    const { bot, home, press, says } = await serverOfScripts();
    for (let n = 10; n < 20; n += 1) home.write(`s${n}.sh`, QUIET);
    const list = await bot.ask(CHAT, '/run');
    expect(list.text).toMatch(/^\/run and a name runs a script of .*\n\nScripts 1–8 of 10/);
    await press(list, /›/);
    await says(list, /Scripts 9–10 of 10/);
    const running = bot.next(CHAT);
    await press(list, /Run s19/);
    await says(await running, /^✅ s19\.sh no alert/);
  });

  test('in a chat that is not linked says how to link', async () => {
    const { bot } = await serverOfScripts();
    expect((await bot.ask(9, '/run rev')).text).toBe('Use /start to link your account.');
  });
});

describe('/mute and /unmute', () => {
  test('check the name of a script, and suggest one, or a time', async () => {
    const { bot, home } = await serverOfScripts();
    home.write('two words.sh', QUIET);
    home.write('Report.py', 'print("{}")');
    const said = async (typed: string) => (await bot.ask(CHAT, typed)).text;
    expect(await said('/mute reprot 2h')).toMatch(/^There is no script reprot\. Did you mean Report\?/);
    expect(await said('/mute forver')).toMatch(/^There is no script forver\. Did you mean forever\?/);
    expect(await said('/mute backup')).toMatch(/^There is no script backup\. I understand/);
    expect(await said('/mute two words 2h')).toMatch(/^🔕 two words is muted for 2h\./);
    expect(await said('/mute an hour Report.py')).toMatch(/^🔕 Report\.py is muted for 1h\./);
    expect(await said('/unmute report')).toBe('There is no script report. Did you mean Report?');
    expect(await said('/unmute two words')).toBe('🔔 two words is no longer muted.');
    expect(await said('/unmute two words')).toBe('two words is not muted by itself.');
  });
});

describe('in a group', () => {
  test('every member may press', async () => {
    const { bot, home, says } = await serverOfScripts({ links: { [me]: -5 } });
    home.write('rev.sh', QUIET);
    const status = await bot.ask(-5, '/status');
    const token = status.reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? '';
    const running = bot.next(-5);
    bot.sandbox.press(-5, status.message_id, token, { id: 4711, first_name: 'Somebody' });
    await says(await running, /no alert/);
  });
});

test('many at once of one account: four run, and the fifth has to wait', async () => {
  const { bot, home, says } = await serverOfScripts();
  for (let n = 1; n < 6; n += 1) home.write(`s${n}.sh`, `${UNTIL_LET_GO}; ${QUIET}`);
  const first = await bot.ask(CHAT, '/run s1');
  for (let n = 2; n < 5; n += 1) await bot.ask(CHAT, `/run s${n}`);
  expect((await bot.ask(CHAT, '/run s5')).text).toMatch(/^As many of your scripts are running as may at one time/);
  home.write('./go', '');
  await says(first, /no alert/, 30_000);
  await says(await bot.ask(CHAT, '/run s5'), /no alert/, 30_000);
});
