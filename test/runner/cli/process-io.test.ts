import { expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';

const OBEYED = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;
const NAME = 'a\u202eb\u009bc.sh';

test.each([['list'], ['list', '--json'], ['run', '--force'], ['run', '--force', '--json'], ['status', '--json']])(
  'notify-runner %s %s prints no character that a terminal obeys',
  async (...args) => {
    const machine = createMachine();
    machine.write(NAME, '#!/bin/sh\necho "\u202eno JSON \u009b"\n');
    machine.write('not\u2066executable', 'x', 0o644);
    const { out, err } = await machine.runner(args);
    expect(out + err).not.toMatch(OBEYED);
    if (args.includes('--json')) JSON.parse(out);
  },
);

test('the log of the runner holds none either, and still names the script', async () => {
  const machine = createMachine();
  machine.write(NAME, '#!/bin/sh\nexit 3\n');
  await machine.runner(['run', '--force']);
  const log = machine.read('.notifications/logs/runner.log');
  expect(log).not.toMatch(OBEYED);
  const lines = log.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).script)).toContain(NAME);
});

test('completion leaves out a name that would not be printed as it is', async () => {
  const machine = createMachine();
  machine.write(NAME, '#!/bin/sh\n');
  machine.write('plain.sh', '#!/bin/sh\n');
  expect((await machine.runner(['list', '--names'])).out).toBe('plain.sh\n');
});
