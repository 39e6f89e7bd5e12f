import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';
import { installCrontab } from '../support/crontab.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Moves the time of a file back. */
function age(machine: Machine, name: string, ms: number): void {
  const at = (Date.now() - ms) / 1000;
  utimesSync(join(machine.state, name), at, at);
}

const withinOf = ({ beats }: { readonly beats: readonly { readonly body: Record<string, unknown> }[] }) =>
  Number(beats.at(-1)?.body.expect_within) * 1000;

describe('a run from cron', () => {
  test('tells the bot once an hour, and notes each run', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    crontab.write('*/5 * * * * notify-runner\n');
    const bot = await startScriptedBot(machine.socketPath);
    for (let run = 1; run <= 2; run += 1)
      expect(await machine.runner([], crontab)).toEqual({ status: 0, out: '', err: '' });
    expect(bot.beats).toHaveLength(1);
    // The next beat is due within an hour and fifteen minutes, and comes with a run within an hour after that.
    expect(withinOf(bot)).toBeGreaterThan(HOUR);
    expect(withinOf(bot)).toBeLessThan(2 * HOUR + 30 * 60_000);
    age(machine, 'last-cron-run', DAY);
    age(machine, 'last-beat', 2 * HOUR);
    await machine.runner(['--jobs', '2'], crontab);
    expect(bot.beats).toHaveLength(2);
    expect(Date.now() - statSync(join(machine.state, 'last-cron-run')).mtimeMs).toBeLessThan(HOUR);
    expect(statSync(join(machine.state, 'last-beat')).mode & 0o777).toBe(0o600);
  });

  test('says when the next is due, however rare', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const bot = await startScriptedBot(machine.socketPath);
    const day = new Date(Date.now() + 20 * DAY).getUTCDate();
    crontab.write(`TZ=UTC\n@reboot notify-runner\n0 12 ${day} * * notify-runner\n`);
    await machine.runner([], { environment: { ...crontab.environment, TZ: 'UTC' } });
    expect(Math.abs(withinOf(bot) - 20 * DAY)).toBeLessThan(DAY);
  });

  test('without a crontab line expects the next as late as this one came', async () => {
    const machine = createMachine();
    const environment = { PATH: '/nowhere' };
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner([], { environment });
    expect(withinOf(bot)).toBeLessThan(2 * HOUR);
    age(machine, 'last-cron-run', 3 * DAY);
    age(machine, 'last-beat', 3 * DAY);
    await machine.runner([], { environment });
    expect(Math.round(withinOf(bot) / HOUR)).toBe(6 * 24);
  });

  test('tries once an hour also while the bot is away or too old, and is silent about it', async () => {
    const machine = createMachine();
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner();
    expect(bot.beats).toHaveLength(0);
  });

  test('is none when a command is named, and ends with init --undo', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner(['run'], crontab);
    await machine.runner(['list'], crontab);
    expect(bot.beats).toEqual([]);
    await machine.runner(['init'], crontab);
    await machine.runner(['init', '--undo'], crontab);
    expect(bot.beats.map(({ body }) => body)).toEqual([{ end: true }]);
  });

  test('prints once that Telegram refuses the chat, and again after the chat has worked', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    crontab.write('*/5 * * * * notify-runner\n');
    const bot = await startScriptedBot(machine.socketPath);
    const printed = async (unreachable?: string) => {
      bot.beatAnswer = { ok: true, ...(unreachable !== undefined && { unreachable }) };
      age(machine, 'last-beat', 2 * HOUR);
      return (await machine.runner([], crontab)).err;
    };
    await machine.runner([], crontab);
    const blocked = 'You blocked the bot.\nUnblock it.';
    expect(await printed(blocked)).toBe(
      'notify-runner: No message reaches your chat: You blocked the bot. Unblock it.\n',
    );
    expect(await printed(blocked)).toBe('');
    expect(await printed('The topic is closed.')).toContain('The topic is closed.');
    expect(await printed()).toBe('');
    expect(await printed(blocked)).toContain('You blocked the bot.');
    expect(bot.beats).toHaveLength(6);
  });
});
