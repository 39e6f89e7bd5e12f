/** What may happen between a press and its end: restarts, crashes, unlinking, other users, an actor that misbehaves. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { botBefore, CHAT, me, serverOfScripts, UNTIL_LET_GO } from '../../support/bot/chat.ts';
import { line, listed, pretendActor } from '../../support/bot/pretend-actor.ts';
import { waitFor } from '../../support/wait-for.ts';

const LIST = line({ ok: true, scripts: [listed('rev.py'), listed('two.py')] });
const QUIET = line({ ok: true, result: { name: 'rev.py', result: 'quiet', seconds: 0.1 } });
const always = Number.POSITIVE_INFINITY;

/** An actor that lists two scripts, logs nothing, and runs as a test says. */
const actorThatRuns = (run: (end: (answer: string) => void) => void) =>
  pretendActor((socket, { action }) => {
    if (action === 'list') socket.end(LIST);
    else if (action === 'log') socket.end(line({ ok: true, lines: [] }));
    else run((answer) => socket.end(answer));
  });

const runsOf = (actor: { asked: readonly { action: string }[] }) =>
  actor.asked.filter(({ action }) => action === 'run').length;

describe('a restart while a script runs', () => {
  test('runs it no second time, corrects its message, and ends the old buttons', async () => {
    const { bot, home, button, press, pressToken, says } = await serverOfScripts();
    home.write('slow.sh', `echo x >> ~/ran; ${UNTIL_LET_GO}; echo '{"notify": true, "message": "done"}'`);
    const status = await bot.ask(CHAT, '/status');
    const token = button(status, /Log/).callback_data ?? '';
    const running = bot.next(CHAT);
    await press(status, /Run/);
    const message = await running;
    await waitFor(() => {
      try {
        return home.read('./ran') !== '';
      } catch {
        return false;
      }
    });
    await bot.restart();
    await says(message, /^▶ slow\.sh — The service was restarted while it ran; \/status shows how it ended\.$/);
    // The actor goes on, and what the script says arrives.
    home.write('./go', '');
    await bot.sandbox.waitFor((m) => m.text === 'done', 30_000);
    expect(await pressToken(status, token)).toMatchObject({
      text: 'This button is too old: /status shows new ones.',
      show_alert: true,
    });
    await waitFor(async () => (await bot.ask(CHAT, '/status')).text?.includes('ago: sent') === true);
    expect(home.read('./ran')).toBe('x\n');
    await bot.restart();
    expect(bot.sandbox.messages(CHAT).filter(({ text = '' }) => text.includes('restarted'))).toHaveLength(1);
  });

  test('while its end could not be shown: it is shown after the restart', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot, says } = await botBefore(actor.path);
    await bot.ask(CHAT, '/help');
    bot.sandbox.fail({ method: 'editMessageText', answer: 'garbage', times: always });
    const message = await bot.ask(CHAT, '/run rev.py');
    await waitFor(async () => (await readFile(join(bot.dataDir, 'runs.json'), 'utf8')).includes('"said"'), 30_000);
    await bot.app.stop();
    bot.sandbox.clearFaults();
    await bot.restart();
    await says(message, /^✅ rev\.py no alert$/);
    expect(runsOf(actor)).toBe(1);
  });

  test('before its message was sent: the chat still gets the result', async () => {
    const { bot } = await botBefore('/nowhere', {
      beforeStart: async (dataDir, sandbox) => {
        const run = { user: 'ann', script: 'rev.py', chat_id: CHAT, begun_at: 1 };
        const me = sandbox.token.split(':')[0];
        await writeFile(join(dataDir, 'runs.json'), JSON.stringify({ [`${me}:1`]: run, '4:1': run }));
      },
    });
    await bot.sandbox.waitFor((m) => /^▶ rev\.py — The service was restarted/.test(m.text ?? ''), 30_000);
    await waitFor(async () => !(await readFile(join(bot.dataDir, 'runs.json'), 'utf8')).includes('rev.py'));
    expect(bot.sandbox.messages(CHAT)).toHaveLength(1);
  });
});

describe('an update that comes again after a crash', () => {
  const me = (sandbox: { token: string }) => Number(sandbox.token.split(':')[0]);
  /** The journal as a crash leaves it: the update was taken and is not done. */
  const journal = (bot: number, update: object) => JSON.stringify({ bot_id: bot, updates: [{ update, tries: 1 }] });
  const chat = { id: CHAT, type: 'private', first_name: 'Ann' };
  const from = { id: CHAT, is_bot: false, first_name: 'Ann' };
  const entities = [{ type: 'bot_command', offset: 0, length: 4 }];
  const date = Math.floor(Date.now() / 1000);
  const run = { message: { message_id: 5, date, chat, from, text: '/run rev.py', entities }, update_id: 70 };
  const press = {
    callback_query: {
      id: '77',
      from,
      message: { message_id: 6, date: 1, chat },
      chat_instance: 'x',
      data: `s${'A'.repeat(22)}`,
    },
    update_id: 70,
  };

  test.each([
    ['/run', run],
    ['a press', press],
  ])('%s, whose run was begun: it is begun no second time', async (_what, update) => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot } = await botBefore(actor.path, {
      beforeStart: async (dataDir, sandbox) => {
        await writeFile(join(dataDir, 'updates.json'), journal(me(sandbox), update));
        const begun = { user: 'ann', script: 'rev.py', chat_id: CHAT, begun_at: 1 };
        await writeFile(join(dataDir, 'runs.json'), JSON.stringify({ [`${me(sandbox)}:70`]: begun }));
      },
    });
    await bot.sandbox.waitFor((m) => /restarted while it ran/.test(m.text ?? ''), 30_000);
    await bot.ask(CHAT, '/help');
    expect(runsOf(actor)).toBe(0);
    expect(bot.sandbox.messages(CHAT)).toHaveLength(2);
  });

  test('/run, whose run was not begun: it is begun', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot } = await botBefore(actor.path, {
      beforeStart: (dataDir, sandbox) => writeFile(join(dataDir, 'updates.json'), journal(me(sandbox), run)),
    });
    await waitFor(() => /^✅ rev\.py no alert/.test(bot.last(CHAT)?.text ?? ''));
    expect(runsOf(actor)).toBe(1);
  });

  test('a press, whose run was not begun: nothing runs', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot } = await botBefore(actor.path, {
      beforeStart: (dataDir, sandbox) => writeFile(join(dataDir, 'updates.json'), journal(me(sandbox), press)),
    });
    await bot.ask(CHAT, '/help');
    expect(runsOf(actor)).toBe(0);
  });
});

describe('a file of runs that can’t be', () => {
  test('read: nothing is run, health says so, and mended it is used again', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot, says, press } = await botBefore(actor.path);
    const path = join(bot.dataDir, 'runs.json');
    await writeFile(path, '{');
    expect((await bot.ask(CHAT, '/run rev')).text).toMatch(/^That did not work just now/);
    const status = await bot.ask(CHAT, '/status');
    expect((await press(status, /Run/)).text).toMatch(/^That did not work just now/);
    expect((await bot.client.request('GET', '/health')).body).toMatchObject({
      status: 'degraded',
      reasons: [expect.stringContaining('runs.json cannot be read')],
    });
    expect(runsOf(actor)).toBe(0);
    await writeFile(path, '{}');
    const running = bot.next(CHAT);
    await press(status, /Run/);
    await says(await running, /no alert/);
  });
});

describe('an old button', () => {
  test('of an account that was unlinked, linked elsewhere, or linked again does nothing, and says so', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot, press } = await botBefore(actor.path, { links: { [me]: CHAT, ben: 2 } });
    const status = await bot.ask(CHAT, '/status');
    const refusal = { text: `The link of ${me} to this chat has ended, and its buttons with it.`, show_alert: true };
    await bot.confirm(CHAT, '/unlink');
    expect(await press(status, /Run/)).toMatchObject(refusal);
    await bot.link(me, 3);
    expect(await press(status, /Mute/)).toMatchObject(refusal);
    await bot.link(me, CHAT);
    for (const what of [/Run/, /Mute/, /Log/]) expect(await press(status, what)).toMatchObject(refusal);
    expect(actor.asked.map(({ action }) => action)).toEqual(['list']);
    expect((await bot.ask(CHAT, '/status')).text).not.toContain('muted');
  });

  test('of another chat or message does nothing', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot, button, pressToken } = await botBefore(actor.path, { links: { ann: CHAT, ben: 2 } });
    const token = button(await bot.ask(CHAT, '/status'), /Run/).callback_data ?? '';
    const tooOld = { text: 'This button is too old: /status shows new ones.', show_alert: true };
    expect(await pressToken(await bot.ask(2, '/status'), token)).toMatchObject(tooOld);
    expect(await pressToken(await bot.ask(CHAT, '/help'), token)).toMatchObject(tooOld);
    expect(runsOf(actor)).toBe(0);
  });

  test('of a name that is another account’s now does nothing', async () => {
    const actor = await actorThatRuns((end) => end(QUIET));
    const { bot, press } = await botBefore(actor.path, { links: { [me]: CHAT } });
    const status = await bot.ask(CHAT, '/status');
    const linked = { chat_id: CHAT, linked_at: '2026-01-30T12:00:00Z', uid: 4_000_000 };
    await writeFile(join(bot.dataDir, 'telegram_users.json'), JSON.stringify({ [me]: linked }));
    expect((await press(status, /Run/)).text).toMatch(/has ended/);
    expect(runsOf(actor)).toBe(0);
  });
});

test('an account that is unlinked while its script runs: the chat hears no more of it', async () => {
  let finish = () => {};
  const actor = await actorThatRuns((end) => {
    finish = () =>
      end(line({ ok: true, result: { name: 'rev.py', result: 'failed', detail: 'a secret', seconds: 1 } }));
  });
  const { bot, says } = await botBefore(actor.path);
  const message = await bot.ask(CHAT, '/run rev.py');
  await bot.confirm(CHAT, '/unlink');
  finish();
  const { text = '', reply_markup } = await says(message, /is over/);
  expect([text, reply_markup]).toEqual([
    '▶ rev.py is over; its account is not linked to this chat any more.',
    undefined,
  ]);
});

describe('one user’s long script', () => {
  test('delays nobody, themself included, and its message tells for how long it runs', async () => {
    let finish = () => {};
    const actor = await actorThatRuns((end) => {
      finish = () => end(QUIET);
    });
    const { bot, says, press } = await botBefore(actor.path, { links: { ann: CHAT, ben: 2 } });
    const status = await bot.ask(CHAT, '/status');
    const running = bot.next(CHAT);
    await press(status, /Run/);
    const message = await running;
    await Promise.all([bot.ask(2, '/help'), bot.ask(CHAT, '/help')]);
    await says(message, /^▶ rev\.py is running… 1\d s$/, 30_000);
    finish();
    await says(message, /^✅ rev\.py no alert/);
  });

  test('of many users at once leave room for questions, and each may have fewer the fewer are free', async () => {
    const actor = await actorThatRuns(() => {});
    const runs = [4, 4, 4, 3, 3, 2, 1, 1, 1, 1];
    const users = Array.from({ length: 11 }, (_, i) => [`u${i}`, 100 + i] as const);
    const { bot } = await botBefore(actor.path, { links: Object.fromEntries(users) });
    for (const [i, most] of runs.entries()) {
      for (let n = 0; n < most; n += 1) expect((await bot.ask(100 + i, '/run rev.py')).text).toMatch(/is running…$/);
      const more = (await bot.ask(100 + i, '/run rev.py')).text;
      expect(more).toMatch(/^(As many of your|Very many) scripts are running/);
    }
    expect((await bot.ask(110, '/run rev.py')).text).toMatch(/^Very many scripts are running on this server/);
    expect((await bot.ask(110, '/status')).text).toContain('1. rev.py');
    // And the one that stands by for the next press.
    await expect.poll(() => actor.open).toBe(25);
    await bot.app.stop();
    expect(actor.open).toBe(0);
  });
});

describe('several accounts in a chat', () => {
  test('have a list each, and /run finds whose script it is, or asks', async () => {
    const actor = await pretendActor((socket, request) => {
      const { action, user } = request as { action: string; user: string };
      if (action !== 'list') return socket.end(QUIET);
      return socket.end(
        line({ ok: true, scripts: [listed('both.py'), ...(user === 'ben' ? [listed('rev.py')] : [])] }),
      );
    });
    const { bot, says, press } = await botBefore(actor.path, { links: { ann: CHAT, ben: CHAT } });
    bot.sandbox.say(CHAT, '/status');
    await waitFor(() => bot.sandbox.messages(CHAT).length === 2);
    expect(bot.sandbox.messages(CHAT).map(({ text = '' }) => text.slice(0, 6))).toEqual(['ann on', 'ben on']);
    await says(await bot.ask(CHAT, '/run rev'), /no alert/);
    expect(actor.asked.at(-1)).toMatchObject({ action: 'run', user: 'ben', name: 'rev' });
    expect((await bot.ask(CHAT, '/run none')).text).toMatch(/^None of ann, ben has a script none/);
    expect((await bot.ask(CHAT, '/run Revv')).text).toMatch(/\/run alone lists them\. Did you mean rev\?$/);
    const whose = await bot.ask(CHAT, '/run both');
    expect(whose.text).toBe('Several accounts have both: whose is to run?');
    await press(whose, /for ann/);
    await says(whose, /no alert/);
    expect(actor.asked.at(-1)).toMatchObject({ action: 'run', user: 'ann', name: 'both' });
  });
});

describe('an actor that is not there', () => {
  test('leaves /status as it is without one, and /run says what is missing', async () => {
    const { bot, says } = await botBefore('/nowhere/actor.sock');
    const status = await bot.ask(CHAT, '/status');
    expect(status.text).toMatch(/^ann on .*\nLinked since 2026-01-30\nNothing is waiting to be sent$/);
    expect(status.reply_markup).toBeUndefined();
    const missing =
      /Running scripts from Telegram is not set up on this server: the administrator can enable notify-actor\.socket\.$/;
    expect((await bot.ask(CHAT, '/run')).text).toMatch(missing);
    await says(await bot.ask(CHAT, '/run rev'), missing);
  });

  test('any more leaves buttons that say so', async () => {
    let there = true;
    const actor = await pretendActor((socket, { action }) => {
      if (there && action === 'list') socket.end(LIST);
      else socket.end('nonsense\n');
    });
    const { bot, says, press } = await botBefore(actor.path);
    const status = await bot.ask(CHAT, '/status');
    there = false;
    const running = bot.next(CHAT);
    await press(status, /Run/);
    await says(await running, /^❌ rev\.py may have run\. The actor's answer is invalid/);
    const log = bot.next(CHAT);
    await press(status, /Log/);
    expect((await log).text).toMatch(/answer is invalid/);
  });
});

describe('an actor that', () => {
  test.each([
    ['talks nonsense', 'nonsense\n', /⚠ The actor's answer is invalid/],
    ['hangs up', '', /⚠ The server’s helper for scripts ended without an answer/],
    ['refuses the account', line({ error: 'no', code: 'refused_user' }), /waiting to be sent$/],
    ['finds no folder', line({ error: 'There is no folder /home/x.', code: 'no_folder' }), /⚠ There is no folder/],
  ])('%s leaves /status with what the bot knows', async (_what, said, words) => {
    const actor = await pretendActor((socket) => socket.end(said));
    const { bot } = await botBefore(actor.path);
    const { text } = await bot.ask(CHAT, '/status');
    expect(text).toMatch(/^ann on .*\nLinked since/);
    expect(text).toMatch(words);
  });

  test('never answers holds up no other command', async () => {
    const actor = await pretendActor(() => {});
    const { bot } = await botBefore(actor.path, { links: { ann: CHAT, ben: 2 } });
    bot.sandbox.say(CHAT, '/status');
    await waitFor(() => actor.asked.length === 1);
    for (const chat of [2, CHAT]) expect((await bot.ask(chat, '/help')).text).toContain('/run');
    expect(bot.sandbox.messages(CHAT)).toHaveLength(1);
  });
});

test('from a press to the actor', async () => {
  const actor = await actorThatRuns((end) => end(QUIET));
  const { bot, press, button, now } = await botBefore(actor.path);
  const status = await bot.ask(CHAT, '/status');
  const took: number[] = [];
  for (let n = 1; n <= 20; n += 1) {
    const token = button(status, /Run/).callback_data;
    const pressed = performance.now();
    await press(status, /Run/);
    const asked = await waitFor(() => actor.asked.filter(({ action }) => action === 'run')[n - 1]);
    took.push(asked.at - pressed);
    await waitFor(() => (now(status).reply_markup?.inline_keyboard?.[0]?.[0]?.callback_data ?? token) !== token);
  }
  took.sort((one, other) => one - other);
  console.info(`press to actor: median ${took[10]?.toFixed(1)} ms, slowest ${took[19]?.toFixed(1)} ms`);
  expect(took[10]).toBeLessThan(200);
});
