import { rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';

describe('with --json an error is printed as JSON too', () => {
  test('for a script that does not exist', async () => {
    const machine = createMachine();
    const { status, out, err } = await machine.runner(['run', '--json', '--', '-x']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining('no script "-x"'), code: 'no_script' });
    expect(err).toBe(`notify-runner: ${JSON.parse(out).error}\n`);
  });

  test('for a folder that does not exist', async () => {
    const machine = createMachine();
    rmSync(machine.scripts, { recursive: true });
    const { status, out } = await machine.runner(['list', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining(machine.scripts), code: 'no_folder' });
    expect((await machine.runner(['list'])).out).toBe('');
  });
});

test.each(['send hello', 'link --no-wait', 'link 12', 'unlink', 'status'])(
  '%s with --json prints its error as JSON too',
  async (line) => {
    const words = line.split(' ');
    const machine = createMachine();
    const { status, out, err } = await machine.runner([...words, '--json']);
    expect(status).toBe(words.includes('12') ? 2 : 1);
    expect(JSON.parse(out)).toEqual({ error: expect.stringMatching(/\.$|\)$/), code: expect.any(String) });
    expect(err).toBe(`notify-runner: ${JSON.parse(out).error}\n`);
  },
);
