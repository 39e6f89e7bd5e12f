import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canMount, fullDisk } from '../../shared/support/full-disk.ts';
import { createMachine, prints } from '../support/machine.ts';
import { startScriptedBot } from '../support/scripted-bot.ts';

function fill(folder: string): void {
  for (const size of [4096, 512, 1]) {
    try {
      for (let number = 0; ; number += 1) writeFileSync(join(folder, `.fill-${size}-${number}`), Buffer.alloc(size));
    } catch {
      // Full.
    }
  }
}

describe.skipIf(!canMount())('a home on a full disk', () => {
  test('still notifies, says what it could not remember, and the bot is asked to hold back repetitions', async () => {
    const home = fullDisk(1024);
    const machine = createMachine({ home });
    machine.write('a.sh', prints({ notify: true, message: 'x', cooldown: '10y' }));
    machine.write('b.sh', prints({ notify: false }));
    mkdirSync(machine.state);
    fill(home);
    const bot = await startScriptedBot(machine.socketPath);
    for (const _ of [1, 2]) {
      const ran = await machine.runner();
      expect(ran.status).toBe(1);
      expect(ran.err).toContain('the disk is full (ENOSPC)');
    }
    const ids = bot.asked.map(({ body }) => body.id);
    expect(bot.asked.map(({ body }) => body.text)).toEqual(['x', 'x']);
    expect(new Set(ids).size).toBe(1);
    expect(String(ids[0]).length).toBeLessThanOrEqual(64);
  });

  test('doctor finds it, and the record of the last run stays whole', async () => {
    const home = fullDisk(1024);
    const machine = createMachine({ home });
    machine.write('b.sh', prints({ notify: false }));
    await machine.runner();
    const record = machine.read('.notifications/runs/b.sh.json');
    expect((await machine.runner(['doctor'])).out).toContain(`✓ state   ${machine.state}`);
    fill(home);
    await machine.runner();
    expect(machine.read('.notifications/runs/b.sh.json')).toBe(record);
    expect(machine.names('runs')).toEqual(['b.sh.json']);
    expect((await machine.runner(['doctor'])).out).toContain(
      `✗ state   ${machine.state}: the disk is full (ENOSPC)\n          → Make room`,
    );
  });
});
