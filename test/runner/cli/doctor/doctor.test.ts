import { chownSync, mkdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { canMount, fullDisk } from '../../../support/files/full-disk.ts';
import { createMachine, prints } from '../../../support/runner/machine.ts';
import { fillDisk } from '../../support/fill-disk.ts';

describe('notify-runner doctor', () => {
  test.skipIf(!canMount())('finds a full disk, on which the record of the last run stays whole', async () => {
    const home = fullDisk(1024);
    const machine = createMachine({ home });
    machine.write('b.sh', prints({ notify: false }));
    await machine.runner();
    const record = machine.read('.notifications/runs/b.sh.json');
    expect((await machine.runner(['doctor'])).out).toContain(`✓ state   ${machine.state}`);
    fillDisk(home);
    await machine.runner();
    expect(machine.read('.notifications/runs/b.sh.json')).toBe(record);
    expect(machine.names('runs')).toEqual(['b.sh.json']);
    expect((await machine.runner(['doctor'])).out).toContain(
      `✗ state   ${machine.state}: the disk is full (ENOSPC)\n          → Make room`,
    );
  });

  test.skipIf(process.getuid?.() !== 0).each(['/state/a.json', '/state', ''])(
    'finds a state that belongs to another account: %s',
    async (below) => {
      const machine = createMachine();
      machine.write('.notifications/state/a.json', '{"last_sent": 0}');
      chownSync(`${machine.state}${below}`, 1, 1);
      expect((await machine.runner(['doctor'])).out).toContain(
        `✗ state   ${machine.state}${below} belongs to another account\n          → As root: chown -R root ${machine.state}\n`,
      );
    },
  );

  test('finds a wrong script, a damaged state and a Python that does not run', async () => {
    const machine = createMachine();
    machine.write('a.sh', '# notify: schedule="often"');
    machine.write('.venv/bin/python', '#!/bin/sh\nexit 3', 0o755);
    mkdirSync(machine.state);
    machine.write('.notifications/config.json', '[]');
    const { status, out } = await machine.runner(['doctor']);
    expect(status).toBe(1);
    expect(out).toContain(`✗ python  ${machine.home}/.venv/bin/python doesn't run (exit code 3)\n`);
    expect(out).toMatch(
      /✗ folder {2}a\.sh: # notify: schedule: "often" is not a cron schedule.*\n {10}→ Edit \/.*a\.sh\n/,
    );
    expect(out).toMatch(/✗ state {3}\S+config\.json is ignored\. It is not a JSON object\.\n/);
  });
});
