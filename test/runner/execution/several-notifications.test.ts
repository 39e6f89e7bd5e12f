import { describe, expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';

const eu = { notify: true, message: 'eu is down', key: 'eu', cooldown: '1h' };
const us = { notify: true, message: 'us is down', key: 'us', cooldown: '1h' };
const wrong = { notify: true, key: 'asia', message: 3 };
const lines = (...objects: readonly object[]) =>
  `#!/bin/sh\ncat <<'END'\n${objects.map((one) => JSON.stringify(one)).join('\n')}\nEND\n`;
/** A run's line without its time, which only a slow one shows. */
const untimed = (text: string) => text.replace(/ \(\d+\.\d s\)$/gm, '');
const list = (...objects: readonly object[]) => `#!/bin/sh\ncat <<'END'\n${JSON.stringify(objects, null, 2)}\nEND\n`;

describe('a script that prints several notifications', () => {
  test.each([
    ['on lines', lines],
    ['in a list', list],
  ])('%s sends each, with a cooldown of its own', async (_, print) => {
    const machine = createMachine();
    machine.write('a.sh', print(eu, us));
    const recently = Math.floor(Date.now() / 1000) - 600;
    machine.write('.notifications/state/a.json', JSON.stringify({ last_sent: 0, keys: { us: recently } }));
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner(['--json']);
    expect(JSON.parse(ran.out)).toMatchObject([
      {
        result: 'queued',
        detail: '1 queued, 1 cooldown.',
        notifications: [
          { key: 'eu', result: 'queued' },
          { key: 'us', result: 'cooldown', detail: expect.stringMatching(/^\d+m left$/) },
        ],
        output: [eu, us],
      },
    ]);
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['eu is down']);
    expect(machine.json('.notifications/state/a.json')).toEqual({
      last_sent: 0,
      keys: { us: recently, eu: expect.any(Number) },
    });
    const [row] = JSON.parse((await machine.runner(['list', '--json'])).out);
    expect(row).toMatchObject({ last_result: 'queued', cooldown_left: expect.any(String) });
    machine.write('a.sh', print(eu, us, { ...us, key: 'asia', message: 'asia is down' }));
    await machine.runner();
    const posted = bot.asked.filter(({ method }) => method === 'POST');
    expect(posted.map(({ body }) => body.text)).toEqual(['eu is down', 'asia is down']);
  });

  test('without a key sends all of a run, which then hold back the next run', async () => {
    const machine = createMachine();
    machine.write('a.sh', lines({ notify: true, message: '1' }, { notify: false }, { notify: true, message: '2' }));
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    const ran = await machine.runner(['run', 'a']);
    expect(untimed(ran.out)).toBe('· a.sh: cooldown. 2 cooldown, 1 no alert.\n');
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['1', '2']);
    expect(new Set(bot.asked.map(({ body }) => body.id)).size).toBe(2);
  });

  test('names the wrong ones in one alert, and sends the others', async () => {
    const machine = createMachine();
    machine.write('a.sh', lines(eu, wrong, us, { notify: 'yes' }));
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    const sentences =
      'Notification 2 of 4 (key "asia"): message: expected a string of at most 100000 characters, found the number 3. ' +
      'Notification 4 of 4: notify: expected true or false, found "yes".';
    expect(ran).toEqual({
      status: 1,
      out: '',
      err: `notify-runner: a.sh failed: 2 queued, 2 failed. ${sentences}\n`,
    });
    const [first, second, alert, ...more] = bot.asked.map(({ body }) => body);
    expect([first?.text, second?.text, more]).toEqual(['eu is down', 'us is down', []]);
    expect(alert).toMatchObject({ title: 'a.sh failed', text: expect.stringContaining('Notification 2 of 4') });
    expect(machine.json('.notifications/state/a.json')).toMatchObject({
      keys: { eu: expect.any(Number), us: expect.any(Number) },
      failing: { since: expect.any(Number) },
    });
    machine.write('a.sh', lines(eu));
    await machine.runner();
    expect(bot.asked.at(-1)?.body.title).toBe('a.sh works again');
  });

  test('keeps each while the bot is away', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="0 0 1 1 *"\n${lines(eu, us)}`);
    const away = await machine.runner(['run', 'a']);
    expect(away.out).toMatch(/^… a\.sh: waiting\. 2 waiting\. The notification waits for the next run: /);
    expect(machine.names('pending')).toHaveLength(2);
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['eu is down', 'us is down']);
    expect(machine.names('pending')).toEqual([]);
    expect(JSON.parse((await machine.runner(['list', '--json'])).out)[0].last_result).toBe('queued');
  });

  test('shows each in a dry run', async () => {
    const machine = createMachine();
    machine.write('a.sh', lines(eu, { notify: false, message: 'x' }, us));
    const ran = await machine.runner(['run', 'a', '--dry-run']);
    expect(untimed(ran.out)).toBe(
      '→ a.sh: would be sent. 2 would be sent, 1 no alert.\n' +
        '    eu is down\n    (key eu, cooldown 1h)\n    us is down\n    (key us, cooldown 1h)\n',
    );
  });

  test('is a list for other programs, in which a wrong one is an error', async () => {
    const machine = createMachine();
    machine.write('a.sh', lines(eu, us));
    machine.write('b.sh', lines(eu, wrong));
    machine.write('c.sh', lines(eu));
    machine.write('d.sh', 'echo "[]"');
    const printed = async (name: string) => {
      const { status, out } = await machine.program('notify-scripts', ['run', name]);
      return [status, JSON.parse(out)];
    };
    expect(await printed('a')).toEqual([0, [eu, us]]);
    expect(await printed('b')).toEqual([
      1,
      [eu, { error: expect.stringMatching(/^b\.sh: Notification 2 of 2 \(key "asia"\): message: expected a string/) }],
    ]);
    expect(await printed('c')).toEqual([0, eu]);
    expect(await printed('d')).toEqual([0, []]);
    expect(await machine.runner(['run', 'd'])).toMatchObject({ status: 0, out: expect.stringContaining('d.sh') });
  });
});
