import { appendFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { collect, createMachine } from '../../../support/runner/machine.ts';
import { startScriptedBot } from '../../../support/runner/scripted-bot.ts';

describe('notify-runner logs', () => {
  test('shows the end, and follows it across a rotation', async () => {
    const machine = createMachine();
    machine.write('a.sh', 'echo trouble >&2; exit 1');
    await startScriptedBot(machine.socketPath);
    expect((await machine.runner(['logs'])).err).toContain('the log is empty');
    await machine.runner();
    expect((await machine.runner(['logs'])).out).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}WARN {2}a\.sh: failed: It ended with exit code 1 \(trouble\)\. \(\d+\.\d+ s\)\n {4}trouble\n$/,
    );
    const follow = machine.start(['logs', '-f', '-n', '0', '--json']);
    const ended = collect(follow);
    await sleep(500);
    await machine.runner();
    await sleep(600);
    const log = join(machine.state, 'logs/runner.log');
    writeFileSync(log, `${readFileSync(log, 'utf8')}${'x'.repeat(1_000_000)}\n`);
    await machine.runner();
    await sleep(1000);
    follow.kill('SIGINT');
    const { status, out } = await ended;
    expect(status).toBe(0);
    expect(out.split('\n').filter((line) => line.includes('"script":"a.sh"'))).toHaveLength(2);
    expect(machine.names('logs')).toEqual(['runner.log', 'runner.log.1']);
  });

  test('shows the lines about one script, named with or without its ending', async () => {
    const machine = createMachine();
    machine.write('a.sh', 'echo trouble >&2; exit 1');
    machine.write('ab.sh', `echo '{"notify": false}'`);
    await machine.runner(['run', '--force']);
    const { out } = await machine.runner(['logs', '--script', 'a.sh']);
    expect(out).toMatch(/^\S+ \S+ {2}WARN {2}a\.sh: failed: It ended with exit code 1 \(trouble\)\..*\n {4}trouble\n$/);
    expect((await machine.runner(['logs', '-s', 'a'])).out).toBe(out);
    expect((await machine.runner(['logs', '-s', 'ab'])).out).toMatch(/ {2}ab\.sh: no alert/);
    expect((await machine.runner(['logs', '-s', 'ab', '--json'])).out.trim().split('\n')).toHaveLength(1);
    const none = await machine.runner(['logs', '--script=-x']);
    expect(none).toMatchObject({ status: 0, out: '', err: expect.stringContaining('nothing about this script') });
    expect((await machine.runner(['logs', '-s', 'abb'])).err).toBe(
      'notify-runner: the log says nothing about this script; did you mean ab?\n',
    );
  });

  test('finds lines before a rotation, and skips foreign lines', async () => {
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
