import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../../support/runner/machine.ts';
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
    expect(made.err).toMatch(/with crontab -e: \*\/5 \* \* \* \* NOTIFY_SOCKET=\S+ \S+ \S+notify-runner\.cjs\n$/);
    expect(crontab.read()).toBe(line);
    expect((await machine.runner(['doctor'], { environment })).out).toContain(
      '✗ cron    your crontab runs it with another NOTIFY_STATE_DIR',
    );
  });
});
