import { describe, expect, test } from 'vitest';
import { collect, createMachine } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';

describe('notify-runner exec', () => {
  test('passes output, input, signals and exit status through, and sends how it ended', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner(['exec', '--', 'sh', '-c', 'cat; echo to err >&2; exit 7'], {
      input: 'from stdin\n',
    });
    expect(ran).toEqual({ status: 7, out: 'from stdin\n', err: 'to err\n' });
    expect(bot.asked[0]?.body).toMatchObject({
      title: '✗ sh -c cat; echo to err >&2; exit 7 failed',
      severity: 'high',
      text: expect.stringMatching(
        /^Exit code 7, after (\d+ ms|\d\.\d s)\.\n\n```\n(from stdin\nto err|to err\nfrom stdin)\n```$/,
      ),
    });
    await machine.runner(['exec', '--name', 'Backup', '--', 'true']);
    expect(bot.asked[1]?.body).toMatchObject({
      title: '✓ Backup is done',
      text: expect.stringMatching(/^Exit code 0, after/),
    });
    await machine.runner(['exec', '--only-failure', '--', 'true', '--json', '--help']);
    expect(bot.asked).toHaveLength(2);

    const long = machine.start([
      'exec',
      '--',
      'sh',
      '-c',
      'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.05; done',
    ]);
    const ended = collect(long);
    await new Promise((resolve) => long.stdout.once('data', resolve));
    long.kill('SIGTERM');
    expect(await ended).toEqual({ status: 5, out: 'up\nbye\n', err: '' });
    expect((await machine.runner(['exec', '--', 'sh', '-c', 'kill -9 $$'])).status).toBe(137);
    expect(bot.asked.at(-1)?.body.text).toMatch(/^Ended by SIGKILL, after/);
    expect((await machine.runner(['logs', '-n', '1'])).out).toMatch(/ {2}exec sh -c kill -9 \$\$: status 137 \(/);
  });

  test('keeps its status and its message while the bot is away', async () => {
    const machine = createMachine();
    const ran = await machine.runner(['exec', '--', 'sh', '-c', 'exit 3']);
    expect(ran).toMatchObject({ status: 3, err: expect.stringContaining('The next run tries again.') });
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked.map(({ body }) => body.title)).toEqual(['✗ sh -c exit 3 failed']);
  });

  test('reports a command that can not be started', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    const err = 'notify-runner: /nowhere/cmd was not found.\n';
    expect(await machine.runner(['exec', '--', '/nowhere/cmd'])).toEqual({ status: 127, out: '', err });
    const path = machine.write('./plain', 'no program');
    expect(await machine.runner(['exec', '--', path])).toMatchObject({
      status: 126,
      err: 'notify-runner: It could not be started: permission is denied (EACCES).\n',
    });
    expect(bot.asked.map(({ body }) => body.text)).toEqual([
      '/nowhere/cmd was not found.',
      'It could not be started: permission is denied (EACCES).',
    ]);
  });
});
