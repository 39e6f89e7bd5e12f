import { userInfo } from 'node:os';
import { describe, expect, onTestFinished, test } from 'vitest';
import { settledResult } from '../../../../src/runner/cli/commands/delivery-states.ts';
import { startBot } from '../../../support/bot/running-bot.ts';
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
      'queued',
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

  test('shows what became of a message that the bot had queued', async () => {
    const bot = await startBot({ links: { [userInfo().username]: 100 } });
    onTestFinished(() => bot.stop());
    const machine = createMachine({ socketPath: bot.settings.socketPath });
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    machine.write('b.sh', prints({ notify: false }));
    await machine.runner();
    expect(machine.json('.notifications/runs/a.sh.json').result).toBe('queued');
    const results = async () => {
      const rows: { name: string; last_result: string }[] = JSON.parse((await machine.runner(['list', '--json'])).out);
      return rows.map(({ last_result: result }) => result);
    };
    await expect.poll(results, { timeout: 30_000 }).toEqual(['sent', 'quiet']);
    expect((await machine.runner(['list'])).out).toMatch(/a\.sh .* sent .*\n.*b\.sh .* no alert/);
    await bot.stop();
    expect(await results()).toEqual(['queued', 'quiet']);
  });
});

test.each([
  [['queued', 'sent'], undefined],
  [[], undefined],
  [['sent', 'failed', 'muted'], 'undelivered'],
  [['sent', 'muted'], 'sent'],
  [['muted'], 'muted'],
] as const)('the result of a run whose messages are %j', (statuses, result) => {
  expect(settledResult(statuses.map((status) => ({ status })))).toBe(result);
});
