import { execFileSync } from 'node:child_process';
import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bundled } from '../../../support/programs/bundle.ts';
import { createMachine, type Machine } from '../../../support/runner/machine.ts';
import { installCrontab } from '../../support/crontab.ts';

/** A systemctl(1) that notes what it is asked; `status` is what it ends with. */
function installSystemd(machine: Machine, status = 0) {
  const program = (name: string) =>
    machine.write(
      `bin/${name}`,
      `#!/bin/sh\necho "${name} $*" >>"$HOME/asked"\n[ ${status} = 0 ] || echo "Failed to connect to bus: No medium found" >&2\nexit ${status}\n`,
      0o755,
    );
  for (const name of ['systemctl', 'loginctl']) program(name);
  machine.write('bin/python3', '#!/bin/sh\necho Python 3.11', 0o755);
  return { environment: { PATH: join(machine.home, 'bin') }, asked: () => machine.read('./asked') };
}

const unit = (machine: Machine, name: string) => join(machine.home, '.config/systemd/user', name);
const canVerify = (() => {
  try {
    execFileSync('systemd-analyze', ['calendar', '*:0/5'], { stdio: 'pipe' });
    return true;
  } catch {
    return false;
  }
})();

// A script of the shell finds no `cat` here, so the programs above use built-ins alone.
describe('a timer of the user’s systemd', () => {
  test('is installed where there is no crontab(1), found by doctor, and removed by init --undo', async () => {
    const machine = createMachine();
    const { environment, asked } = installSystemd(machine);
    const made = await machine.runner(['init'], { environment });
    expect(made).toMatchObject({
      status: 0,
      err: '',
      out: expect.stringContaining('✓ notify-runner.timer of your systemd runs it every five minutes.\n'),
    });
    expect(asked()).toBe(
      'systemctl --user daemon-reload\nsystemctl --user enable --now notify-runner.timer\nloginctl enable-linger\n',
    );
    const service = machine.read('.config/systemd/user/notify-runner.service');
    expect(service).toContain(
      `ExecStart=systemd-run --user --collect --quiet --property=KillMode=process "--setenv=NOTIFY_SOCKET=${machine.socketPath}" "${join(bundled, 'notify-runner')}"\n`,
    );
    expect(machine.read('.config/systemd/user/notify-runner.timer')).toContain('OnCalendar=*:0/5\n');
    expect((await machine.runner(['doctor'], { environment })).out).toContain('✓ cron    notify-runner.timer\n');
    await machine.runner([], { environment });
    expect((await machine.runner(['doctor'], { environment })).out).toMatch(
      /✓ cron {4}notify-runner\.timer \(last ran .*\)\n/,
    );
    const undone = await machine.runner(['init', '--undo'], { environment });
    expect(undone).toMatchObject({ status: 0, out: expect.stringContaining('✓ Removed notify-runner.timer') });
    expect(asked()).toContain('systemctl --user disable --now notify-runner.timer\n');
    expect(existsSync(unit(machine, 'notify-runner.timer'))).toBe(false);
    expect((await machine.runner(['doctor'], { environment })).out).toContain('✗ cron    cron is not installed');
  });

  test('replaces the crontab line with init --timer', async () => {
    const machine = createMachine();
    const { environment } = installSystemd(machine);
    const crontab = installCrontab(machine);
    const both = { environment: { ...environment, PATH: `${environment.PATH}:/usr/bin:/bin` } };
    crontab.write('0 5 * * * backup\n');
    await machine.runner(['init'], both);
    expect(crontab.read()).toContain('notify-runner');
    const made = await machine.runner(['init', '--timer'], both);
    expect(made).toMatchObject({ status: 0, out: expect.stringContaining('✓ Removed from your crontab: * * * * *') });
    expect(crontab.read()).toBe('0 5 * * * backup\n');
    // A second run keeps the timer, and adds no line.
    await machine.runner(['init'], both);
    expect(crontab.read()).toBe('0 5 * * * backup\n');
  });

  test('leaves nothing behind where systemd does not take it', async () => {
    const machine = createMachine();
    const { environment } = installSystemd(machine, 1);
    const asked = await machine.runner(['init', '--timer'], { environment });
    expect(asked).toMatchObject({
      status: 1,
      err: 'notify-runner: The systemd of your account takes no timer (Failed to connect to bus: No medium found).\n',
    });
    expect(existsSync(unit(machine, 'notify-runner.service'))).toBe(false);
    expect((await machine.runner(['init'], { environment })).err).toContain('by other means: ');
  });

  test.skipIf(!canVerify)('has units that systemd understands, whatever the settings hold', async () => {
    const machine = createMachine();
    const { environment } = installSystemd(machine);
    await machine.runner(['init'], {
      environment: { ...environment, NOTIFY_SCRIPTS_DIR: join(machine.home, '5% "a\\b" $HOME') },
    });
    const service = machine.read('.config/systemd/user/notify-runner.service');
    expect(service).toContain(`"--setenv=NOTIFY_SCRIPTS_DIR=${machine.home}/5%% \\"a\\\\b\\" $$HOME"`);
    const units = ['notify-runner.service', 'notify-runner.timer'].map((name) => unit(machine, name));
    const { HOME = '', ...rest } = process.env;
    const said = execFileSync('systemd-analyze', ['verify', '--user', '--man=no', ...units], {
      env: { ...rest, HOME, XDG_RUNTIME_DIR: machine.home },
      stdio: 'pipe',
      encoding: 'utf8',
    });
    expect(said).toBe('');
  });
});

describe('a line that cron does not run', () => {
  test('is found by doctor: it never ran, or no longer runs', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    await machine.runner(['init'], crontab);
    const doctor = async () => (await machine.runner(['doctor'], crontab)).out;
    expect(await doctor()).toMatch(
      /✓ cron {4}(?:\* ){5}.*\n {10}→ It has not run yet; look again when it should have\n/,
    );
    const age = (name: string) =>
      utimesSync(join(machine.state, name), Date.now() / 1000 - 7200, Date.now() / 1000 - 7200);
    age('cron-line-seen');
    expect(await doctor()).toMatch(
      /✗ cron {4}it has not run for 2h, though it should have: (?:\* ){5}.*\n {10}→ systemctl status cron; .*expired\n/,
    );
    await machine.runner([], crontab);
    expect(await doctor()).toMatch(/✓ cron {4}(?:\* ){5}.* \(last ran .*\)\n/);
    age('last-cron-run');
    expect(await doctor()).toMatch(/✗ cron {4}it last ran 2h ago, though it should have: (?:\* ){5}/);
    await machine.runner(['init', '--undo'], crontab);
    await machine.runner(['init'], crontab);
    expect(await doctor()).toContain('→ It has not run yet');
    await machine.runner([], crontab);
    age('last-cron-run');
    // A rare line is not late yet.
    crontab.write(crontab.read().replace('* * * * *', '@yearly'));
    expect(await doctor()).toMatch(/✓ cron {4}@yearly .* \(last ran 2h ago\)\n/);
  });
});
