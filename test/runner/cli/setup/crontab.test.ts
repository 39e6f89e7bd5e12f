import { spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundled } from '../../../support/programs/bundle.ts';
import { collect, createMachine } from '../../../support/runner/machine.ts';
import { installCrontab } from '../../support/crontab.ts';

describe('a crontab line', () => {
  test('is added once for a folder of scripts, and shown whole', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const environment = { ...crontab.environment, NOTIFY_SCRIPTS_DIR: join(machine.home, "5% off, it's") };
    await machine.runner(['init'], { environment });
    const tab = crontab.read();
    expect(tab).toContain("/5\\% off, it'\\''s' ");
    const again = await machine.runner(['init'], { environment });
    expect(again).toMatchObject({ status: 0, out: expect.stringContaining(`✓ Your crontab runs it: ${tab}`) });
    expect(crontab.read()).toBe(tab);
    expect((await machine.runner(['doctor'], { environment })).out).toContain(`✓ cron    ${tab}`);
  });

  test('with other settings is reported, with the line to add', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const { environment } = crontab;
    const line = `*/5 * * * * NOTIFY_SOCKET=${machine.socketPath} NOTIFY_STATE_DIR=/elsewhere notify-runner\n`;
    crontab.write(line);
    const made = await machine.runner(['init'], { environment });
    expect(made.status).toBe(1);
    expect(made.err).toContain(`your crontab runs it with another NOTIFY_STATE_DIR: ${line}`);
    expect(made.err).toMatch(/with crontab -e: (?:\* ){5}NOTIFY_SOCKET=\S+ NOTIFY_EVERY=5m \S+\/notify-runner\n$/);
    expect(crontab.read()).toBe(line);
    expect((await machine.runner(['doctor'], { environment })).out).toContain(
      '✗ cron    your crontab runs it with another NOTIFY_STATE_DIR',
    );
  });

  test('with a program that is gone is found by doctor and repaired by init, and the rest of it stays', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const { environment } = crontab;
    const line = (program: string) =>
      `7 * * * * NOTIFY_SOCKET=${machine.socketPath} ${program} --jobs 3 >>$HOME/cron.log 2>&1\n`;
    crontab.write(`0 5 * * * backup\n${line('/opt/gone/bin/node /usr/local/bin/notify-runner')}`);
    expect((await machine.runner(['doctor'], { environment })).out).toMatch(
      /✗ cron {4}your crontab's line doesn't run \(.*\/opt\/gone\/bin\/node: not found\): .*\n {10}→ notify-runner init repairs it\n/,
    );
    const made = await machine.runner(['init'], { environment });
    const launcher = join(bundled, 'notify-runner');
    expect(crontab.read()).toBe(`0 5 * * * backup\n${line(launcher)}`);
    expect(made).toMatchObject({
      status: 0,
      out: expect.stringContaining(`✓ Repaired in your crontab: ${line(launcher)}`),
    });
    expect((await machine.runner(['doctor'], { environment })).out).toContain(`✓ cron    ${line(launcher)}`);
  });

  test('that names a Node loses it, and its own runner stays', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const { environment } = crontab;
    const other = machine.write('other/notify-runner', '#!/bin/sh\necho 1.0', 0o755);
    const own = join(bundled, 'notify-runner.cjs');
    machine.write('other/node', '#!/bin/sh\nexec "$@"', 0o755);
    crontab.write(
      `* * * * * NOTIFY_SOCKET=${machine.socketPath} ${process.execPath} ${own}\n* * * * * NOTIFY_SOCKET=${machine.socketPath} ${machine.home}/other/node ${other}\n`,
    );
    expect((await machine.runner(['doctor'], { environment })).out).toContain(
      '→ It stops when Node moves; notify-runner init takes Node out of it',
    );
    await machine.runner(['init'], { environment });
    expect(crontab.read()).toBe(
      `* * * * * NOTIFY_SOCKET=${machine.socketPath} ${join(bundled, 'notify-runner')}\n* * * * * NOTIFY_SOCKET=${machine.socketPath} ${other}\n`,
    );
    expect((await machine.runner(['doctor'], { environment })).out).not.toContain('It stops when Node moves');
  });

  const GONE = '/opt/gone/bin/node /usr/local/bin/notify-runner';
  test.each([
    [`env S ${GONE}`, 'env S OWN'],
    [`S nice -n 9 ${GONE} -j 3`, 'S nice -n 9 OWN -j 3'],
    [`cd / && S ${GONE} | logger`, 'cd / && S OWN | logger'],
    [`export S; "/opt/gone/bin/node" --trace-gc '/usr/local/bin/notify-runner'`, 'export S; OWN'],
    [`S bash -c '${GONE} >/dev/null'`, `S bash -c 'OWN >/dev/null'`],
    [`S date; S ${GONE}`, 'S date; S OWN'],
    ['. $HOME/.nvm/nvm.sh && S notify-runner >/dev/null', 'S OWN >/dev/null'],
    ['S NODE_VERSION=18 $HOME/.nvm/nvm-exec node notify-runner', 'S OWN'],
  ])('as older setups have it is repaired: %s', async (old, repaired) => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const line = (text: string) =>
      `7 * * * * ${text.replaceAll(/\bS\b/g, `NOTIFY_SOCKET=${machine.socketPath}`).replace('OWN', join(bundled, 'notify-runner'))}\n`;
    crontab.write(line(old));
    expect((await machine.runner(['doctor'], crontab)).out).toMatch(/✗ cron {4}your crontab's line doesn't run/);
    expect((await machine.runner(['init'], crontab)).status).toBe(0);
    expect(crontab.read()).toBe(line(repaired));
    expect((await machine.runner(['doctor'], crontab)).out).toMatch(/✓ cron/);
  });

  test('that can not be tried is said to be so', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const line = `* * * * * touch $HOME/tried; NOTIFY_SOCKET=${machine.socketPath} notify-runner\n`;
    crontab.write(line);
    const made = await machine.runner(['init'], crontab);
    expect(made.out).toContain(`✓ Your crontab runs it (not tried, since other commands stand before it): ${line}`);
    expect(existsSync(join(machine.home, 'tried'))).toBe(false);
  });

  test('calls the installed launcher, a link that stays when the release behind it changes', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const link = join(machine.home, 'bin/notify-runner');
    symlinkSync(join(bundled, 'notify-runner'), link);
    await machine.runner(['init'], crontab);
    expect(crontab.read()).toBe(`* * * * * NOTIFY_SOCKET=${machine.socketPath} NOTIFY_EVERY=5m ${link}\n`);
  });

  test('names Node where cron finds none', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const program = machine.write('bin/notify-runner', '#!/usr/bin/env no-such-node\n', 0o755);
    writeFileSync(
      program,
      `#!/usr/bin/env no-such-node\nrequire(${JSON.stringify(join(bundled, 'notify-runner'))});\n`,
    );
    const child = spawn(process.execPath, [program, 'init'], {
      env: { ...machine.environment, ...crontab.environment },
    });
    expect((await collect(child)).status).toBe(0);
    expect(crontab.read()).toContain(` ${process.execPath} ${program}\n`);
  });

  test('is added to a table of any encoding, of which a copy is kept', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const table = Buffer.from('# L\xf6schen, \x80\xff\r\n0 5 * * * backup "\xe4"', 'latin1');
    crontab.write(table);
    await machine.runner(['init'], crontab);
    expect(crontab.bytes().subarray(0, table.length + 1)).toEqual(Buffer.concat([table, Buffer.from('\n')]));
    const copy = join(machine.state, 'crontab.before');
    expect(readFileSync(copy)).toEqual(table);
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    await machine.runner(['init', '--undo'], crontab);
    expect(crontab.bytes()).toEqual(Buffer.concat([table, Buffer.from('\n')]));
    expect(readFileSync(copy)).toEqual(table);
  });

  test('is removed by init --undo, and one that does more is named', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    crontab.write('0 5 * * * backup\n');
    await machine.runner(['init'], crontab);
    const undone = await machine.runner(['init', '--undo'], crontab);
    expect(undone).toMatchObject({
      status: 0,
      out: expect.stringContaining('✓ Removed from your crontab: * * * * * '),
    });
    expect(crontab.read()).toBe('0 5 * * * backup\n');
    crontab.write(
      '* * * * * backup && notify-runner\n* * * * * cd /x && /gone/node /gone/notify-runner -j 3 >/dev/null 2>&1\n',
    );
    const left = await machine.runner(['init', '--undo'], crontab);
    expect(left).toMatchObject({
      status: 1,
      err: 'notify-runner: This line does more than run notify-runner; remove it with crontab -e: * * * * * backup && notify-runner\n',
    });
    expect(crontab.read()).toBe('* * * * * backup && notify-runner\n');
  });

  test('of a demo is found by doctor, and replaced by init', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const line =
      '*/5 * * * * NOTIFY_SOCKET=/tmp/notify-demo-a1B2c3/bot.sock /usr/bin/node /src/dist/notify-runner.cjs\n';
    crontab.write(`0 5 * * * backup\n${line}`);
    const demo = { ...crontab.environment, NOTIFY_SOCKET: '/tmp/notify-demo-a1B2c3/bot.sock' };
    for (const environment of [crontab.environment, demo]) {
      expect((await machine.runner(['doctor'], { environment })).out).toContain(
        `✗ cron    your crontab runs it for a demo: ${line}          → notify-runner init --undo removes it\n`,
      );
    }
    expect((await machine.runner(['init'], { environment: demo })).status).toBe(1);
    expect(crontab.read()).toBe(`0 5 * * * backup\n${line}`);
    const made = await machine.runner(['init'], crontab);
    expect(made).toMatchObject({
      status: 0,
      out: expect.stringContaining(`✓ Removed from your crontab, since it was for a demo: ${line}`),
    });
    expect(crontab.read()).toMatch(
      /^0 5 \* \* \* backup\n(?:\* ){5}NOTIFY_SOCKET=\S+\/bot\.sock NOTIFY_EVERY=5m \S+\/notify-runner\n$/,
    );
  });
});
