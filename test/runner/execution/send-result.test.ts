import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';

const alarm = { notify: true, title: 'Revenue', message: 'down *12 %*', severity: 'high', data: { drop: 0.12 } };

describe('a script’s notification', () => {
  test('is held back while the cooldown of its key lasts, unless forced', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ ...alarm, cooldown: '1h' }));
    machine.write('keyed.sh', prints({ ...alarm, cooldown: '1h', key: 'eu' }));
    const recently = Date.now() / 1000 - 600;
    machine.write('.notifications/state/a.json', `{"last_sent": ${recently}, "note": "from Python"}`);
    machine.write('.notifications/state/keyed.json', `{"last_sent": ${recently}, "keys": {"us": ${recently}}}`);
    const bot = await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked.map(({ body }) => body.source)).toEqual(['keyed.sh']);
    expect(machine.json('.notifications/state/a.json')).toEqual({ last_sent: recently, note: 'from Python' });
    expect(machine.json('.notifications/state/keyed.json')).toEqual({
      last_sent: recently,
      keys: { us: recently, eu: expect.any(Number) },
    });
    await machine.runner();
    expect(bot.asked).toHaveLength(1);
    const forced = await machine.runner(['run', 'a', '--force']);
    expect(forced).toMatchObject({ status: 0, out: expect.stringContaining('a.sh: handed to the bot') });
    expect(bot.asked).toHaveLength(2);
    expect(machine.json('.notifications/state/a.json')).toMatchObject({ note: 'from Python' });
  });

  test('with a key leaves the last send without a key alone', async () => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    machine.write('a.sh', prints({ notify: true, message: 'x', key: 'k' }));
    await machine.runner();
    expect(machine.json('.notifications/state/a.json')).toEqual({ last_sent: 0, keys: { k: expect.any(Number) } });
    machine.write('a.sh', prints({ notify: true, message: 'y' }));
    await machine.runner();
    await machine.runner();
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['x', 'y']);
    expect(machine.json('.notifications/state/a.json').last_sent).toBeGreaterThan(1e9);
  });

  test('is sent although the state file is damaged, with one warning', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints(alarm));
    machine.write('.notifications/state/a.json', '{"last_sent": "yesterday"}');
    const bot = await startScriptedBot(machine.socketPath);
    const ran = await machine.runner();
    expect(ran).toMatchObject({
      status: 1,
      err: expect.stringMatching(
        /state\/a\.json is damaged \(last_sent is not a Unix time in seconds\): it was moved to .*unreadable-\d+, and/,
      ),
    });
    expect(bot.asked).toHaveLength(1);
    const [kept = '', aside = ''] = machine.names('state');
    expect(machine.json(`.notifications/state/${kept}`)).toEqual({ last_sent: expect.any(Number) });
    expect(machine.read(`.notifications/state/${aside}`)).toBe('{"last_sent": "yesterday"}');
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
  });
});
