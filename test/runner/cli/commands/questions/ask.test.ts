import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { SandboxMessage } from '../../../../../src/sandbox/model.ts';
import { type RunningBot, startBot } from '../../../../support/bot/running-bot.ts';
import { collect, createMachine } from '../../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../../support/runner/scripted-bot.ts';
import { waitFor } from '../../../../support/wait-for.ts';

const { username: ME } = userInfo();
const CHAT = 202;
let bot: RunningBot;
beforeAll(async () => {
  bot = await startBot({ links: { [ME]: CHAT } });
});
afterAll(() => bot.stop());

/** The message of a question once it is there. */
const shown = (text: string): Promise<SandboxMessage> =>
  bot.sandbox.waitFor((m) => m.text?.includes(text) === true && m.reply_markup !== undefined, 30_000);

async function press(text: string, choice: number): Promise<void> {
  const message = await shown(text);
  const button = (message.reply_markup?.inline_keyboard ?? []).flat()[choice];
  bot.sandbox.press(CHAT, message.message_id, button?.callback_data ?? '', { id: CHAT, first_name: 'Me' });
}

const textOf = (part: string) => bot.sandbox.messages(CHAT).find(({ text }) => text?.includes(part))?.text ?? '';
const machineOf = () => createMachine({ socketPath: bot.settings.socketPath });

describe('notify-runner ask', () => {
  test.each([
    [0, 'Yes', 0],
    [1, 'No', 1],
  ])('prints the choice %i, and its status says whether it is the first', async (choice, printed, status) => {
    const ran = machineOf().runner(['ask', `Choice ${choice}?`]);
    await press(`Choice ${choice}?`, choice);
    expect(await ran).toEqual({ status, out: `${printed}\n`, err: '' });
  });

  test('takes choices, a text from standard input, and prints JSON', async () => {
    const args = ['ask', '-', '--plain', '--choice', 'Go on', '--choice', 'Wait', '--choice', 'Stop', '--json'];
    const ran = machineOf().runner([...args, '--timeout', '1h', '--id', 'x'], { input: 'From *stdin*?\n' });
    await press('From *stdin*?', 1);
    const { status, out } = await ran;
    expect([status, JSON.parse(out)]).toMatchObject([
      1,
      { ok: true, id: 'x', state: 'answered', choice: 'Wait', by: ME, choices: ['Go on', 'Wait', 'Stop'] },
    ]);
    // The same id waits for the same question, which is answered.
    expect(await machineOf().runner([...args, '--timeout', '1h', '--id', 'x'], { input: 'From *stdin*?' })).toEqual({
      status: 1,
      out,
      err: '',
    });
  });

  test('ends with 3 when nobody answers', async () => {
    const ran = await machineOf().runner(['ask', 'Anybody?', '--timeout', '1s']);
    expect(ran).toEqual({ status: 3, out: '', err: 'notify-runner: Nobody answered before the timeout.\n' });
    await waitFor(() => textOf('Anybody?').includes('⌛'));
  });

  test('waits on while the bot restarts', async () => {
    const ran = machineOf().runner(['ask', 'Restart?']);
    await shown('Restart?');
    await bot.restart();
    await press('Restart?', 0);
    expect(await ran).toMatchObject({ status: 0, out: 'Yes\n' });
    expect(bot.sandbox.messages(CHAT).filter(({ text }) => text?.includes('Restart?'))).toHaveLength(1);
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('cancels the question after %s', async (signal) => {
    const child = machineOf().start(['ask', `Until ${signal}?`]);
    const ran = collect(child);
    await shown(`Until ${signal}?`);
    child.kill(signal);
    expect(await ran).toEqual({
      status: signal === 'SIGINT' ? 130 : 143,
      out: '',
      err: 'notify-runner: The question is cancelled.\n',
    });
    await waitFor(() => textOf(`Until ${signal}?`).includes(`🚫 Cancelled by ${ME}`));
  });

  test('ends with 4 when somebody else cancels it', async () => {
    const ran = machineOf().runner(['ask', 'Cancelled?', '--id', 'by-hand']);
    await shown('Cancelled?');
    await bot.client.request('DELETE', '/ask/by-hand');
    expect(await ran).toEqual({ status: 4, out: '', err: `notify-runner: The question was cancelled by ${ME}.\n` });
  });

  test('ends with 4 when it cannot be asked', async () => {
    const unknown = await machineOf().runner(['ask', 'Where?', '--to', 'nowhere']);
    expect([unknown.status, unknown.out, unknown.err]).toEqual([
      4,
      '',
      expect.stringMatching(/no destination nowhere/),
    ]);
    await bot.client.request('POST', '/mute', {});
    const muted = await machineOf().runner(['ask', 'Muted?', '--json']);
    await bot.client.request('POST', '/unmute', {});
    expect([muted.status, JSON.parse(muted.out)]).toMatchObject([4, { code: 'chat_muted' }]);
    const away = createMachine();
    await startScriptedBot(away.socketPath, answering(403, { error: 'no\u0007\n.', code: 'not_in_group' }));
    expect(await away.runner(['ask', 'Away?'])).toEqual({ status: 4, out: '', err: 'notify-runner: no .\n' });
  });

  test.each([
    [[], /the argument text is missing/],
    [[' '], /expected 1 to 2000 characters/],
    [['a\u0007'], /control characters/],
    [['x'.repeat(2001)], /expected 1 to 2000 characters/],
    [['Now?', '--choice', 'Yes'], /--choice: expected 2 to 8 choices, found 1/],
    [['Now?', ...Array.from({ length: 9 }, (_, n) => ['--choice', `c${n}`]).flat()], /found 9/],
    [['Now?', '--choice', 'Yes', '--choice', 'Yes'], /"Yes" is there twice/],
    [['Now?', '--choice', 'Yes', '--choice', ' '], /printable characters/],
    [['Now?', '--timeout', '0'], /--timeout: expected a duration from 1s to 7d/],
    [['Now?', '--timeout', '1y'], /--timeout/],
    [['Now?', '--timeout', '10'], /--timeout/],
    [['Now?', '--to', 'No where'], /is no destination/],
    [['Now?', '--may', 'a b'], /neither a user name nor %group/],
  ])('%j is wrong usage', async (args, sentence) => {
    const { status, out, err } = await machineOf().runner(['ask', ...args]);
    expect([status, out, err]).toEqual([2, '', expect.stringMatching(sentence)]);
  });
});
