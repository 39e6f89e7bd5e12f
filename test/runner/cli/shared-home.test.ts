import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { thisHost } from '../../../src/runner/state/cron/cron-owner.ts';
import { createMachine, type Machine } from '../../support/runner/machine.ts';
import { startScriptedBot } from '../../support/runner/scripted-bot.ts';
import { installCrontab } from '../support/crontab.ts';

const SHARED = { NOTIFY_SHARED_HOME: 'yes' };

/** Writes a script that leaves a file when it runs. */
const script = (machine: Machine, name: string, header = '') =>
  machine.write(`${name}.sh`, `${header}\necho x >"$HOME/ran-${name}"; echo '{"notify": false}'`);

const ran = (machine: Machine, ...names: string[]) =>
  names.filter((name) => existsSync(join(machine.home, `ran-${name}`)));

describe('host= in a header', () => {
  test('lets cron run a script on that host alone; it runs anywhere by its name', async () => {
    const machine = createMachine();
    script(machine, 'here', `# notify: host=${hostname()}`);
    script(machine, 'there', '# notify: host=other-host');
    script(machine, 'wrong', '# notify: host=a/b');
    const { err } = await machine.runner();
    expect(err).toBe('notify-runner: wrong.sh failed: # notify: host: "a/b" is not the name of a host.\n');
    expect(ran(machine, 'here', 'there', 'wrong')).toEqual(['here']);
    await machine.runner(['run', 'there']);
    expect(ran(machine, 'there')).toEqual(['there']);
  });
});

describe.skipIf(thisHost() === undefined)('a home that is shared (skipped without /etc/machine-id)', () => {
  test('has its scripts run by the host that began, and by no other', async () => {
    const machine = createMachine();
    const crontab = installCrontab(machine);
    const environment = { ...crontab.environment, ...SHARED };
    const bot = await startScriptedBot(machine.socketPath);
    await machine.runner(['init'], { environment });
    expect(crontab.read()).toContain(' NOTIFY_SHARED_HOME=yes ');
    machine.write('.notifications/cron-owner', `${'f'.repeat(32)} elsewhere\n`);
    machine.write('.notifications/last-cron-run', '');
    script(machine, 'a');
    script(machine, 'mine', `# notify: host=${hostname()}`);
    expect(await machine.runner([], { environment })).toEqual({ status: 0, out: '', err: '' });
    expect(ran(machine, 'a', 'mine')).toEqual(['mine']);
    expect(bot.beats).toEqual([]);
    expect((await machine.runner(['doctor'], { environment })).out).toMatch(
      /✓ cron {4}cron on elsewhere runs the scripts of this home \(last ran .*\)\n {10}→ notify-runner init --here moves them to this host\n/,
    );
    const moved = await machine.runner(['init', '--here'], { environment });
    expect(moved.out).toContain(`✓ Of the hosts that share your home, ${hostname()} runs the scripts.\n`);
    await machine.runner([], { environment });
    expect(ran(machine, 'a')).toEqual(['a']);
    expect(bot.beats).toHaveLength(1);
  });

  test('is none where its disk is this host’s own', async () => {
    const machine = createMachine();
    machine.write('.notifications/cron-owner', `${'f'.repeat(32)} elsewhere\n`);
    machine.write('.notifications/last-cron-run', '');
    script(machine, 'a');
    await machine.runner();
    expect(ran(machine, 'a')).toEqual(['a']);
    const wrong = await machine.runner([], { environment: { NOTIFY_SHARED_HOME: 'perhaps' } });
    expect(wrong).toMatchObject({
      status: 2,
      err: 'notify-runner: NOTIFY_SHARED_HOME: expected auto, yes or no, found "perhaps".\n',
    });
  });
});
