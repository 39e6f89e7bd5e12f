import { expect, test } from 'vitest';
import { createMachine } from '../../../support/runner/machine.ts';
import { answering, startScriptedBot } from '../../../support/runner/scripted-bot.ts';

test('notify-runner unlink says when there was no link', async () => {
  const machine = createMachine();
  await startScriptedBot(machine.socketPath, answering(200, { ok: true, unlinked: false }));
  expect(await machine.runner(['unlink'])).toEqual({ status: 0, out: 'You were not linked.\n', err: '' });
});

test.each(['send x', 'status', 'link 123456', 'unlink'])(
  'notify-runner %s prints the sentence of the bot without control characters',
  async (line) => {
    const machine = createMachine();
    const error = 'no\u001b[31m red\u0007\nline\u009b2J';
    await startScriptedBot(machine.socketPath, answering(403, { error, code: 'x' }));
    const { err, status } = await machine.runner(line.split(' '));
    expect(status).toBe(1);
    expect(err).toMatch(/^notify-runner: no[^\p{Cc}]+\n$/u);
  },
);
