import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';

const alarm = { notify: true, title: 'Revenue', message: 'down *12 %*', severity: 'high', data: { drop: 0.12 } };

describe('a notification that waits', () => {
  test('is posted once, under the same id, by the next run that reaches the bot', async () => {
    const machine = createMachine();
    machine.write('revenue.sh', prints({ ...alarm, cooldown: '1h' }));
    const away = await machine.runner();
    expect(away).toMatchObject({ status: 1, out: '' });
    expect(away.err).toBe(
      `notify-runner: revenue.sh: The notification waits for the next run: Nothing listens on ${machine.socketPath}: is notify-bot running? (systemctl status notify-bot)\n`,
    );
    expect(machine.names('pending')).toHaveLength(1);
    expect(machine.names('state')).toEqual([]);
    // The one that waits counts for the cooldown: there is no second one.
    expect(await machine.runner()).toEqual({ status: 1, out: '', err: '' });
    const still = await machine.runner(['-v']);
    expect(still).toMatchObject({
      status: 1,
      err: expect.stringMatching(/^notify-runner: A notification still waits: Nothing listens/),
    });
    const [waiting, ...others] = machine.names('pending');
    expect(others).toEqual([]);

    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({
      status: 0,
      out: '',
      err: 'notify-runner: The bot takes notifications again.\n',
    });
    expect(bot.asked.map(({ body }) => `${body.id}.json`)).toEqual([waiting]);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.json('.notifications/state/revenue.json').last_sent).toEqual(expect.any(Number));
  });

  test('is no longer listed as waiting once it is delivered', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="0 0 1 1 *"\n${prints(alarm)}`);
    await machine.runner(['run', 'a']);
    const result = async () => JSON.parse((await machine.runner(['list', '--json'])).out)[0].last_result;
    expect(await result()).toBe('waiting');
    await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(await result()).toBe('queued');
  });

  test('is posted before a new one of its script, and also when its script is not due', async () => {
    const machine = createMachine();
    machine.write('old.sh', prints({ ...alarm, message: 'first', cooldown: '0' }));
    await machine.runner();
    machine.write('old.sh', prints({ ...alarm, message: 'second', cooldown: '0' }));
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['first', 'second']);
    await bot.stop();
    await machine.runner();
    machine.write('old.sh', '# notify: schedule="0 0 1 1 *"\n');
    const later = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(later.asked.map(({ body }) => body.text)).toEqual(['second']);
    expect(machine.names('pending')).toEqual([]);
  });

  test('is given up after a day, with a line in the log', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, cooldown: '0' }));
    await machine.runner();
    const [name] = machine.names('pending');
    const pending = machine.json(`.notifications/pending/${name}`);
    machine.write(
      `.notifications/pending/${name}`,
      JSON.stringify({ ...pending, createdAt: Date.now() - 25 * 3_600_000 }),
    );
    machine.write('a.sh', prints({ notify: false }));
    const bot = await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).status).toBe(0);
    expect(bot.asked).toEqual([]);
    expect(machine.names('pending')).toEqual([]);
    expect(machine.read('.notifications/logs/runner.log')).toMatch(
      /given up: the bot could not be reached for a day.*down \*12/,
    );
  });

  test('keeps its chart although the script draws another', async () => {
    const machine = createMachine();
    machine.write('chart.png/../chart.png', 'first');
    machine.write('a.sh', prints({ notify: true, message: 'x', image_path: 'chart.png', cooldown: '0' }));
    await machine.runner();
    machine.write('chart.png/../chart.png', 'second');
    machine.write('a.sh', prints({ notify: false }));
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.asked[0]?.text).toContain('\r\n\r\nfirst\r\n');
    expect(bot.asked[0]?.text).toContain('filename="chart.png"');
    expect(machine.names('pending')).toEqual([]);
  });
});
