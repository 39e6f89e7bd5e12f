import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startBot } from '../../../support/bot/running-bot.ts';
import { createMachine } from '../../../support/runner/machine.ts';
import { installCrontab } from '../../support/crontab.ts';

const CHAT = 4711;

describe('notify-runner init', () => {
  test('creates folder, example and crontab line once; then doctor finds no fault', async () => {
    const bot = await startBot();
    onTestFinished(() => bot.stop());
    await bot.link(userInfo().username, CHAT);
    const machine = createMachine({ socketPath: bot.settings.socketPath });
    const crontab = installCrontab(machine);
    const { environment } = crontab;
    crontab.write('0 5 * * * backup');
    const before = await machine.runner(['doctor'], { environment });
    expect(before.status).toBe(1);
    expect(before.out).toMatch(/✗ folder {2}.*holds no script\n {10}→ notify-runner init/);
    expect(before.out).toMatch(/✗ cron .*no line in your crontab runs notify-runner/);
    expect((await machine.runner(['init'], { environment })).status).toBe(0);
    const tab = crontab.read();
    expect(tab.split('\n')).toEqual([
      '0 5 * * * backup',
      expect.stringMatching(/^(?:\* ){5}NOTIFY_SOCKET=\/\S+ NOTIFY_EVERY=5m \/\S+\/notify-runner$/),
      '',
    ]);
    expect((await machine.runner(['init'], { environment })).status).toBe(0);
    expect(crontab.read()).toBe(tab);
    const after = await machine.runner(['doctor'], { environment });
    expect(after.out.match(/^✗.*$/gm)).toBeNull();
    expect(after.status).toBe(0);
    const findings: { check: string }[] = JSON.parse((await machine.runner(['doctor', '--json'], { environment })).out);
    expect(findings.map(({ check }) => check)).toEqual([
      'node',
      'python',
      'folder',
      'state',
      'socket',
      'link',
      'cron',
      'clock',
    ]);
    expect((await machine.runner(['run', 'hello'])).out).toContain('hello.py: sent');
    // A run from cron tells the bot.
    await machine.runner([], { environment });
    const beats = JSON.parse(readFileSync(join(bot.dataDir, 'beats.json'), 'utf8'));
    expect(beats).toEqual({ [userInfo().username]: expect.objectContaining({ uid: userInfo().uid }) });
    await machine.runner(['init', '--undo'], { environment });
    expect(JSON.parse(readFileSync(join(bot.dataDir, 'beats.json'), 'utf8'))).toEqual({});
  });

  test('continues without cron, and doctor says what to do', async () => {
    const machine = createMachine();
    machine.write('bin/python3', '#!/bin/sh\necho Python 3.11', 0o755);
    const environment = { PATH: join(machine.home, 'bin') };
    const made = await machine.runner(['init'], { environment });
    expect(made).toMatchObject({
      status: 1,
      err: expect.stringContaining('Have this run every five minutes by other means: '),
    });
    expect(existsSync(join(machine.scripts, 'hello.py'))).toBe(true);
    const { out } = await machine.runner(['doctor'], { environment });
    expect(out).toContain('✗ socket  Nothing listens');
    expect(out).toMatch(/✗ cron /);
  });
});
