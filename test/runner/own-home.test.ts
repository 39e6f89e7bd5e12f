import { chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../support/runner/machine.ts';
import { startScriptedBot } from '../support/runner/scripted-bot.ts';

const isRoot = process.getuid?.() === 0;
/** The numbers of `daemon` everywhere, and of nobody known. */
const DAEMON = 1;
const UNKNOWN = 54_321;

describe.skipIf(!isRoot)('root with the home of another account', () => {
  test.each([
    [DAEMON, 'daemon'],
    [UNKNOWN, `'#${UNKNOWN}'`],
  ])('runs nothing and writes nothing: %s', async (uid, name) => {
    const machine = createMachine();
    machine.write('a.sh', 'touch "$HOME/ran"; exit 1');
    chownSync(machine.home, uid, uid);
    const sentence = `HOME is ${machine.home}, which belongs to ${name}, and not to you: run it as ${name} (sudo -iu ${name} notify-runner …).`;
    for (const args of [
      [],
      ['run', 'a'],
      ['list'],
      ['init'],
      ['send', 'x'],
      ['exec', '--', 'touch', `${machine.home}/ran`],
    ]) {
      expect(await machine.runner(args)).toEqual({ status: 1, out: '', err: `notify-runner: ${sentence}\n` });
    }
    expect(await machine.program('notify-scripts', ['run', 'a'])).toMatchObject({ status: 1 });
    expect([existsSync(machine.state), existsSync(join(machine.home, 'ran'))]).toEqual([false, false]);
    expect((await machine.runner(['--help'])).status).toBe(0);
  });

  test('works where the home does not exist yet, and reports that as before', async () => {
    const machine = createMachine();
    const ran = await machine.runner(['list'], { environment: { HOME: '/nowhere' } });
    expect(ran.err).toContain('There is no folder /nowhere');
  });
});

describe('a state that cannot be read', () => {
  test('stops neither the notification nor its cooldown, is told once, and stays as it is', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, message: 'x', cooldown: '5h' }));
    // A folder in its place can't be read by root either.
    mkdirSync(join(machine.state, 'state/a.json'), { recursive: true });
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    // The bot took the message about it: cron need not mail it every five minutes.
    expect(ran).toEqual({ status: 1, out: '', err: '' });
    expect(machine.read('.notifications/logs/runner.log')).toContain("state/a.json can't be read: EISDIR");
    await machine.runner();
    const ids = (title: string | undefined) =>
      bot.asked.filter(({ body }) => body.title === title).map(({ body }) => body.id);
    expect(bot.asked.map(({ body }) => body.title)).toEqual([
      "The state of a.sh can't be read",
      undefined,
      "The state of a.sh can't be read",
      undefined,
    ]);
    // The same ids again: the bot sends each once. One window may end between the runs, hardly both.
    const sizes = [undefined, "The state of a.sh can't be read"].map((title) => new Set(ids(title)).size);
    expect(Math.min(...sizes)).toBe(1);
    expect(machine.names('state/a.json')).toEqual([]);
    expect(machine.names('pending')).toEqual([]);
  });

  test('nor do runs that cannot be remembered: a scheduled script runs, and its message has one id', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="*/5 * * * *"\n${prints({ notify: true, message: 'x' })}`);
    machine.write('.notifications/runs', 'a file in place of the folder');
    const bot = await startScriptedBot(machine.socketPath);
    for (let run = 0; run < 3; run += 1) await machine.runner();
    expect(bot.asked).toHaveLength(3);
    // Two ids where the next scheduled time came meanwhile.
    expect(new Set(bot.asked.map(({ body }) => body.id)).size).toBeLessThan(3);
  });

  test('does not stop the alert of a failure', async () => {
    const machine = createMachine();
    machine.write('a.sh', 'exit 3');
    mkdirSync(join(machine.state, 'state/a.json'), { recursive: true });
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked.map(({ body }) => body.title)).toEqual(["The state of a.sh can't be read", 'a.sh failed']);
    await bot.stop();
    expect((await machine.runner()).err).toContain("state/a.json can't be read: EISDIR");
  });
});
