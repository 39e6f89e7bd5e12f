import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';

describe('notify-runner list', () => {
  test('shows schedule, last run, result and what is left of the cooldown', async () => {
    const machine = createMachine();
    machine.write(
      'a.sh',
      `# notify: schedule="0 9 * * 1-5" tz=Europe/Berlin\n${prints({ notify: true, message: 'x', cooldown: '6h' })}`,
    );
    machine.write('b.py', '# notify: shedule=x');
    machine.write('new.sh', '');
    await startScriptedBot(machine.socketPath);
    await machine.runner(['run', 'a']);
    const { out } = await machine.runner(['list']);
    const rows = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(rows[0]).toEqual(['NAME', 'SCHEDULE', 'LAST RUN', 'RESULT', 'COOLDOWN']);
    expect(rows[1]).toEqual([
      'a.sh',
      '0 9 * * 1-5 Europe/Berlin',
      expect.stringMatching(/^just now$|^\d+s ago$/),
      'handed to the bot',
      '6h',
    ]);
    expect(rows[2]?.slice(0, 3)).toEqual(['b.py', 'unreadable', 'never']);
    expect(rows[3]).toEqual(['new.sh', 'every run', 'never']);
    expect(JSON.parse((await machine.runner(['list', '--json'])).out)[0]).toEqual({
      name: 'a.sh',
      stem: 'a',
      schedule: '0 9 * * 1-5',
      tz: 'Europe/Berlin',
      last_run: expect.stringMatching(/Z$/),
      last_result: 'queued',
      cooldown_until: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      cooldown_left: '6h',
    });
  });
});
