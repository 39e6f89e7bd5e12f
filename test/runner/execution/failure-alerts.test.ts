import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine, prints } from '../../support/runner/machine.ts';
import { answering, type ScriptedBot, startScriptedBot } from '../../support/runner/scripted-bot.ts';
import { hasTerminal, onTerminal } from '../support/terminal.ts';

const fails = `#!/bin/sh\nprintf 'Traceback:\\n\\033[31mZeroDivisionError\\033[0m: \\140\\140\\140 division\\n' >&2\nexit 3\n`;
const works = prints({ notify: false });
const titles = ({ asked }: ScriptedBot) => asked.map(({ body }) => body.title);

/** Lets time pass as the state file remembers it. */
function age(machine: Machine, hours: number): void {
  const text = machine.read('.notifications/state/a.json');
  const older = text.replace(
    /("(?:since|told_at|failure_told)": )([\d.]+)/g,
    (_, name, at) => `${name}${Number(at) - hours * 3600}`,
  );
  machine.write('.notifications/state/a.json', older);
}

describe('a failure alert is sent', () => {
  test('once with the reason and the end of stderr, again after six hours, and the recovery once', async () => {
    const machine = createMachine();
    machine.write('a.sh', fails);
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked[0]?.body).toMatchObject({
      title: 'a.sh failed',
      severity: 'medium',
      source: 'a.sh',
      text: "It ended with exit code 3.\n\n```\nTraceback:\nZeroDivisionError: ''' division\n```\n\n_No further failure alert for 6h._",
      buttons: [{ text: 'Copy the command to run it again', copy: 'notify-runner run a.sh' }],
    });
    await machine.runner();
    age(machine, 5);
    await machine.runner();
    expect(bot.asked).toHaveLength(1);
    age(machine, 2);
    await machine.runner();
    expect(titles(bot)).toEqual(['a.sh failed', 'a.sh failed']);
    machine.write('a.sh', works);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: 'notify-runner: a.sh works again.\n' });
    await machine.runner();
    expect(titles(bot)).toEqual(['a.sh failed', 'a.sh failed', 'a.sh works again']);
    expect(bot.asked[2]?.body).toMatchObject({ severity: 'info', text: 'It had failed for 7h.' });
    expect(machine.json('.notifications/state/a.json')).toEqual({ last_sent: 0, failure_told: expect.any(Number) });
    age(machine, 6);
    await machine.runner();
    expect(machine.json('.notifications/state/a.json')).toEqual({ last_sent: 0 });
  });

  test.each([
    ['two words.sh', [{ text: 'Copy the command to run it again', copy: "notify-runner run 'two words.sh'" }]],
    [`${"it's ".repeat(49)}.sh`, undefined],
  ])('with the command that runs %s again, where a button takes it', async (name, buttons) => {
    const machine = createMachine();
    machine.write(name, 'for n in 1 2 3 4; do echo "line $n" >&2; done; exit 1');
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked[0]?.body.buttons).toEqual(buttons);
    expect(bot.asked[0]?.body.text).toContain('\n\n> ```\n> line 1\n> line 2\n> line 3\n> line 4\n> ```\n\n');
  });

  test('once in six hours also when the script flaps, and so is its recovery', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    for (const _ of [1, 2, 3]) {
      machine.write('a.sh', fails);
      await machine.runner();
      machine.write('a.sh', works);
      await machine.runner();
    }
    expect(titles(bot)).toEqual(['a.sh failed', 'a.sh works again']);
    age(machine, 6);
    machine.write('a.sh', fails);
    await machine.runner();
    machine.write('a.sh', works);
    await machine.runner();
    expect(titles(bot)).toEqual(['a.sh failed', 'a.sh works again', 'a.sh failed', 'a.sh works again']);
  });

  test('once when the bot is back', async () => {
    const machine = createMachine();
    machine.write('a.sh', fails);
    await machine.runner();
    await machine.runner();
    expect(machine.names('pending')).toHaveLength(1);
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(titles(bot)).toEqual(['a.sh failed']);
    expect(machine.names('pending')).toEqual([]);
  });

  test('neither for a failure nor for a recovery where the user has turned alerts off', async () => {
    const machine = createMachine();
    machine.write('.notifications/config.json', '{"tell_failures": false}');
    machine.write('a.sh', fails);
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(1);
    machine.write('a.sh', works);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked).toEqual([]);
  });

  test('at once again where the user sets no quiet time', async () => {
    const machine = createMachine();
    machine.write('.notifications/config.json', '{"failure_quiet": "0"}');
    machine.write('a.sh', fails);
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    await machine.runner();
    expect(titles(bot)).toEqual(['a.sh failed', 'a.sh failed']);
  });

  test('with the defaults where config.json is damaged', async () => {
    const machine = createMachine();
    machine.write('.notifications/config.json', '{');
    machine.write('a.sh', fails);
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    expect(ran).toMatchObject({ status: 1, err: expect.stringContaining('config.json is ignored. It is not JSON') });
    expect(titles(bot)).toEqual(['a.sh failed']);
  });
});

describe.skipIf(!hasTerminal())('a run that a person watches on a terminal', () => {
  test.each(['run a', '', 'run a 2>&1 | cat', 'run a > out 2>&1; cat out', '2>&1 | cat'])(
    'shows a failure there alone: notify-runner %s',
    async (words) => {
      const machine = createMachine();
      machine.write('a.sh', fails);
      const bot = await startScriptedBot(machine.socketPath);
      const ran = await onTerminal(machine, words);
      expect(ran.out).toMatch(/a\.sh:? failed[.:] It ended with exit code 3/);
      expect(bot.asked).toEqual([]);
      expect(existsSync(join(machine.state, 'last-cron-run'))).toBe(false);
      expect(machine.names('state')).toEqual([]);
      // The failure under cron is alerted nevertheless.
      await machine.runner();
      expect(titles(bot)).toEqual(['a.sh failed']);
    },
  );

  test('does not count as a recovery: cron may run it otherwise', async () => {
    const machine = createMachine();
    machine.write('a.sh', fails);
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    machine.write('a.sh', works);
    expect((await onTerminal(machine, 'run a')).out).toContain('a.sh: no alert');
    expect(titles(bot)).toEqual(['a.sh failed']);
    await machine.runner();
    expect(titles(bot)).toEqual(['a.sh failed', 'a.sh works again']);
  });

  test('shows what the bot refuses there alone', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    const refused = answering(422, { error: 'Telegram refused it.', code: 'refused' });
    const bot = await startScriptedBot(machine.socketPath, refused);
    const ran = await onTerminal(machine, 'run a');
    expect(ran).toMatchObject({ status: 1, out: expect.stringContaining('Telegram refused it.') });
    expect(titles(bot)).toEqual([undefined]);
    expect(machine.names('state')).toEqual([]);
  });
});
