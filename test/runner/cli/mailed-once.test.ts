/** What runs from cron print, which cron mails. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine, prints, type RunOptions } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';

const FAILS = '#!/bin/sh\necho division >&2\nexit 3\n';
const WORKS = prints({ notify: false });
const FAILED = 'notify-runner: a.sh failed: It ended with exit code 3 (division).\n';

/** Lets a day pass for what was mailed. */
function age(machine: Machine): void {
  const text = machine.read('.notifications/mailed.json');
  machine.write(
    '.notifications/mailed.json',
    text.replace(/"at": (\d+)/g, (_, at) => `"at": ${Number(at) - 86_400}`),
  );
}

describe('the mail on a failure', () => {
  test.each([
    ['with a bot', true, '{}'],
    ['without a bot', false, '{"tell_failures": false}'],
    ['with alerts turned off', true, '{"tell_failures": false}'],
  ])('comes when it begins, once a day, and when it ends: %s', async (_, hasBot, config) => {
    const machine = createMachine();
    machine.write('a.sh', FAILS);
    machine.write('.notifications/config.json', config);
    if (hasBot) await startScriptedBot(machine.socketPath);
    expect(await machine.runner()).toEqual({ status: 1, out: '', err: FAILED });
    for (const _run of [1, 2]) expect(await machine.runner()).toEqual({ status: 1, out: '', err: '' });
    age(machine);
    expect((await machine.runner()).err).toBe(FAILED);
    expect((await machine.runner(['run', 'a'])).out).toContain('a.sh: failed. It ended with exit code 3');
    machine.write('a.sh', WORKS);
    expect((await machine.runner()).err).toBe('notify-runner: a.sh works again.\n');
    expect((await machine.runner()).err).toBe('');
  });

  test('comes once a day from a script that flaps', async () => {
    const machine = createMachine();
    machine.write('.notifications/config.json', '{"tell_failures": false}');
    const mails: string[] = [];
    for (const content of [FAILS, WORKS, FAILS, WORKS]) {
      machine.write('a.sh', content);
      mails.push((await machine.runner()).err);
    }
    expect(mails).toEqual([FAILED, 'notify-runner: a.sh works again.\n', '', '']);
  });

  test('comes once although the state folder takes nothing', async () => {
    const machine = createMachine();
    machine.write('./file', '');
    machine.write('a.sh', FAILS);
    await startScriptedBot(machine.socketPath);
    const options: RunOptions = { environment: { NOTIFY_STATE_DIR: join(machine.home, 'file/state') } };
    const first = (await machine.runner([], options)).err;
    expect(first).toContain(FAILED);
    expect(first.split('\n').filter((line) => line.includes('cannot be changed'))).toHaveLength(2);
    for (const _run of [1, 2]) expect(await machine.runner([], options)).toEqual({ status: 1, out: '', err: '' });
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    const { out } = await machine.runner(['run', 'a'], options);
    expect(out).toContain('✓ a.sh: queued');
    machine.write('a.sh', WORKS);
    expect((await machine.runner([], options)).err).toBe('notify-runner: a.sh works again.\n');
  });
});

describe('the mail on a bot that is away', () => {
  test('comes once, whatever waits, and once when it is back', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: true, message: 'x', cooldown: '0' }));
    machine.write('b.sh', prints({ notify: true, message: 'y', cooldown: '0' }));
    const { status, err } = await machine.runner();
    expect({ status, lines: err.split('\n').length }).toEqual({ status: 1, lines: 2 });
    expect(err).toMatch(/^notify-runner: [ab]\.sh: The notification waits for the next run: /);
    expect(await machine.runner()).toEqual({ status: 1, out: '', err: '' });
    await startScriptedBot(machine.socketPath);
    expect((await machine.runner()).err).toBe('notify-runner: The bot takes notifications again.\n');
    expect((await machine.runner()).err).toBe('');
  });
});

describe('the mail on what keeps the runner from working', () => {
  test.each([[[]], [['--jobs', '2']]])('comes once a day: notify-runner %s', async (args) => {
    const machine = createMachine();
    rmSync(machine.scripts, { recursive: true });
    const err = `notify-runner: There is no folder ${machine.scripts}: notify-runner init creates it.\n`;
    expect(await machine.runner(args)).toEqual({ status: 1, out: '', err });
    expect(await machine.runner(args)).toEqual({ status: 1, out: '', err: '' });
    expect(await machine.runner(['run'])).toEqual({ status: 1, out: '', err });
  });

  test('keeps the status of a wrong setting', async () => {
    const machine = createMachine();
    const options: RunOptions = { environment: { NOTIFY_SHARED_HOME: 'perhaps' } };
    const { status, err } = await machine.runner([], options);
    expect({ status, err }).toEqual({ status: 2, err: expect.stringContaining('NOTIFY_SHARED_HOME') });
    expect(await machine.runner([], options)).toEqual({ status: 2, out: '', err: '' });
  });
});
