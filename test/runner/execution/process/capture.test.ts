import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { bundled } from '../../../support/programs/bundle.ts';
import { createMachine, type Machine } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';

const run = promisify(execFile);

/** The peak memory of the runner or of one of its scripts, MB. */
async function peakOf(machine: Machine): Promise<number> {
  const measure =
    'import resource, subprocess, sys; subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)';
  const { stdout } = await run(
    'python3',
    ['-c', measure, process.execPath, join(bundled, 'notify-runner.cjs'), '--jobs', '4'],
    { env: machine.environment },
  );
  return Number(stdout) / 1024;
}

describe('output without end', () => {
  test('ends the script at once, with an alert', async () => {
    const machine = createMachine();
    machine.write('a.sh', '# notify: timeout=20s\nyes & exec yes');
    const bot = await startScriptedBot(machine.socketPath);
    const before = performance.now();
    const ran = await machine.runner();
    expect(performance.now() - before).toBeLessThan(6000);
    expect(ran).toEqual({ status: 1, out: '', err: 'notify-runner: a.sh failed: It printed more than 1 MB.\n' });
    expect(bot.asked[0]?.body.text).toMatch(/^It printed more than 1 MB\./);
  });

  test('is ended at exactly 1 MB', async () => {
    const machine = createMachine();
    machine.write('a.sh', `head -c 999983 /dev/zero | tr '\\0' ' '; printf '{"notify": false}'`);
    machine.write('b.sh', `head -c 999984 /dev/zero | tr '\\0' ' '; printf '{"notify": false}'`);
    await startScriptedBot(machine.socketPath);
    const { err } = await machine.runner();
    expect(err).toBe('notify-runner: b.sh failed: It printed more than 1 MB.\n');
  });

  test.each([
    ['one script with 300 MB', 1, 'head -c 300000000 /dev/zero; exit 3'],
    ['four at a time with 300 MB', 4, 'head -c 300000000 /dev/zero; exit 3'],
    ['four at a time with 100 MB on standard error', 4, 'head -c 100000000 /dev/zero >&2; exit 3'],
  ])('keeps the runner below 100 MB: %s', async (_, count, text) => {
    const machine = createMachine();
    for (let number = 0; number < count; number += 1) machine.write(`s${number}.sh`, text);
    const bot = await startScriptedBot(machine.socketPath);
    expect(await peakOf(machine)).toBeLessThan(100);
    expect(bot.asked).toHaveLength(count);
  });
});
