import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../support/machine.ts';
import { startScriptedBot } from '../support/scripted-bot.ts';

describe('a state folder that can hold nothing', () => {
  test.each(['/proc', '/proc/notify/state', '/dev/null/state'])(
    '%s: one sentence, status 1, an end',
    async (folder) => {
      const machine = createMachine();
      machine.write('a.sh', prints({ notify: false }));
      const environment = { NOTIFY_STATE_DIR: folder };
      const ran = await machine.runner(['run', '-v'], { environment });
      expect(ran).toMatchObject({ status: 1, out: expect.stringMatching(/^[·✗] a\.sh: [^\n]+\n$/) });
      expect(ran.err).toMatch(/^notify-runner: \S+ cannot be changed: [^\n]+ Scripts run without a lock\.\n$/);
    },
    10_000,
  );
});

describe('last_sent', () => {
  test('is always there, 0 for never, and a send with a key leaves it alone', async () => {
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

  test.each(['{"last_sent": 0}', '{"last_sent": null}', '{}', '{"keys": {}}'])('%s reads as never', async (text) => {
    const machine = createMachine();
    const bot = await startScriptedBot(machine.socketPath);
    machine.write('.notifications/state/a.json', text);
    machine.write('a.sh', prints({ notify: true, message: 'x', cooldown: '10y' }));
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(bot.asked).toHaveLength(1);
  });
});
