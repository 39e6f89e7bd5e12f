/** What the runner tells programs that run it as a user, such as the actor. */
import { appendFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine } from './support/machine.ts';

describe('with --json, why nothing came of it is JSON too', () => {
  test('a script that is not there', async () => {
    const machine = createMachine();
    const { status, out, err } = await machine.runner(['run', '--json', '--', '-x']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining('no script "-x"'), code: 'no_script' });
    expect(err).toBe(`notify-runner: ${JSON.parse(out).error}\n`);
  });

  test('a folder that is not there', async () => {
    const machine = createMachine();
    rmSync(machine.scripts, { recursive: true });
    const { status, out } = await machine.runner(['list', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toEqual({ error: expect.stringContaining(machine.scripts), code: 'no_folder' });
    expect((await machine.runner(['list'])).out).toBe('');
  });
});

test.each(['send hello', 'link --no-wait', 'link 12', 'unlink', 'status'])(
  '%s with --json says as JSON too that it failed',
  async (line) => {
    const words = line.split(' ');
    const machine = createMachine();
    const { status, out, err } = await machine.runner([...words, '--json']);
    expect(status).toBe(words.includes('12') ? 2 : 1);
    expect(JSON.parse(out)).toEqual({ error: expect.stringMatching(/\.$|\)$/), code: expect.any(String) });
    expect(err).toBe(`notify-runner: ${JSON.parse(out).error}\n`);
  },
);

test('run --no-output leaves out what the scripts said', async () => {
  const machine = createMachine();
  machine.write('a.sh', `echo '{"notify": false, "data": {"x": 1}}'`);
  const rows = async (...args: string[]) => JSON.parse((await machine.runner(['run', 'a', '--json', ...args])).out);
  expect((await rows())[0].output.data).toEqual({ x: 1 });
  expect(await rows('--no-output')).toEqual([{ name: 'a.sh', result: 'quiet', seconds: expect.any(Number) }]);
});

describe('logs --script', () => {
  test('shows one script’s lines, named with or without its ending', async () => {
    const machine = createMachine();
    machine.write('a.sh', 'echo trouble >&2; exit 1');
    machine.write('ab.sh', `echo '{"notify": false}'`);
    await machine.runner(['run', '--force']);
    const { out } = await machine.runner(['logs', '--script', 'a.sh']);
    expect(out).toMatch(/^\S+ \S+ {2}WARN {2}a\.sh: failed: exit code 1 \(trouble\).*\n {4}trouble\n$/);
    expect((await machine.runner(['logs', '-s', 'a'])).out).toBe(out);
    expect((await machine.runner(['logs', '-s', 'ab', '--json'])).out.trim().split('\n')).toHaveLength(1);
    const none = await machine.runner(['logs', '--script=-x']);
    expect(none).toMatchObject({ status: 0, out: '', err: expect.stringContaining('nothing about this script') });
  });

  test('looks behind a rotation, and past what is no line of the log’s', async () => {
    const machine = createMachine();
    machine.write('a.sh', 'exit 1');
    await machine.runner(['run', 'a']);
    const log = join(machine.state, 'logs/runner.log');
    appendFileSync(log, 'null\n7\nbroken\n');
    renameSync(log, `${log}.1`);
    await machine.runner(['run', 'a']);
    expect((await machine.runner(['logs', '-s', 'a'])).out.trim().split('\n')).toHaveLength(2);
    expect((await machine.runner(['logs', '-s', 'a', '-n', '1'])).out.trim().split('\n')).toHaveLength(1);
  });
});
