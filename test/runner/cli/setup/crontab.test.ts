import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runnerLines } from '../../../../src/runner/cli/setup/crontab-lines.ts';
import { createMachine, type Machine } from '../../support/machine.ts';

/** A crontab(1) that keeps its table in the home. */
const CRONTAB = `#!/bin/sh
if [ "$1" = -l ]; then cat "$HOME/tab" 2>/dev/null || { echo "no crontab for somebody" >&2; exit 1; }
else cat > "$HOME/tab"; fi
`;

function withCrontab(machine: Machine, more: Record<string, string> = {}): Record<string, string> {
  machine.write('bin/crontab', CRONTAB, 0o755);
  return { PATH: `${join(machine.home, 'bin')}:/usr/bin:/bin`, ...more };
}

const tabOf = (machine: Machine) => readFileSync(join(machine.home, 'tab'), 'utf8');

describe('a crontab line', () => {
  test.each([
    ['* * * * * notify-runner', {}],
    [
      "* * * * * NOTIFY_SCRIPTS_DIR='/a b/it'\\''s 5\\%' /usr/bin/node '/x y/notify-runner.cjs'",
      { NOTIFY_SCRIPTS_DIR: "/a b/it's 5%" },
    ],
    [
      '* * * * * NOTIFY_STATE_DIR="$HOME/s" NOTIFY_SOCKET=~/b notify-runner --jobs 3',
      { NOTIFY_STATE_DIR: '/h/s', NOTIFY_SOCKET: '/h/b' },
    ],
    ['@hourly notify-runner >/dev/null 2>&1', {}],
    ['* * * * * notify-runner run', {}],
    ['* * * * * /opt/x/main.js # notify-runner', {}],
    ['NOTIFY_SOCKET = "/a b"\n* * * * * notify-runner', { NOTIFY_SOCKET: '/a b' }],
  ])('%s is read', (text, environment) => {
    expect(runnerLines(text, '/h')).toEqual([{ line: text.split('\n').at(-1), environment }]);
  });

  test.each([
    '# * * * * * notify-runner',
    '0 2 * * * notify-runner exec -- backup',
    '0 2 * * * notify-runner send hello',
    '0 2 * * * notify-runner-old',
  ])('%s does not run what is due', (text) => {
    expect(runnerLines(text, '/h')).toEqual([]);
  });
});

describe('init and doctor', () => {
  test('show the whole line, and never put a second one for the same folder', async () => {
    const machine = createMachine();
    const environment = withCrontab(machine, { NOTIFY_SCRIPTS_DIR: join(machine.home, "5% off, it's") });
    await machine.runner(['init'], { environment });
    const tab = tabOf(machine);
    expect(tab).toContain("/5\\% off, it'\\''s' ");
    const again = await machine.runner(['init'], { environment });
    expect(again).toMatchObject({ status: 0, out: expect.stringContaining(`✓ Your crontab runs it: ${tab}`) });
    expect(tabOf(machine)).toBe(tab);
    expect((await machine.runner(['doctor'], { environment })).out).toContain(`✓ cron    ${tab}`);
  });

  test('say that another folder is run, and what to put', async () => {
    const machine = createMachine();
    const environment = withCrontab(machine);
    const line = `*/5 * * * * NOTIFY_SOCKET=${machine.socketPath} NOTIFY_STATE_DIR=/elsewhere notify-runner\n`;
    writeFileSync(join(machine.home, 'tab'), line);
    const made = await machine.runner(['init'], { environment });
    expect(made.status).toBe(1);
    expect(made.err).toContain(`your crontab runs it with another NOTIFY_STATE_DIR: ${line}`);
    expect(made.err).toMatch(/with crontab -e: \*\/5 \* \* \* \* NOTIFY_SOCKET=\S+ \S+ \S+notify-runner\.cjs\n$/);
    expect(tabOf(machine)).toBe(line);
    expect((await machine.runner(['doctor'], { environment })).out).toContain(
      '✗ cron    your crontab runs it with another NOTIFY_STATE_DIR',
    );
  });
});
