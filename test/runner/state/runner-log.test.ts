import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRunnerLog, logFileOf } from '../../../src/runner/state/runner-log.ts';
import { createMachine } from '../../support/runner/machine.ts';

describe('the runner’s log', () => {
  test('is rotated at a megabyte, and five old files are kept', () => {
    const { state } = createMachine();
    const log = createRunnerLog(state, 'info');
    for (let line = 0; line < 90; line += 1) log.info({ line, filling: 'x'.repeat(100_000) }, 'test');
    const names = readdirSync(join(state, 'logs')).sort();
    expect(names).toEqual(['runner.log', ...[1, 2, 3, 4, 5].map((number) => `runner.log.${number}`)]);
    for (const name of names) expect(statSync(join(state, 'logs', name)).size).toBeLessThan(1_200_000);
    const last = readFileSync(logFileOf(state), 'utf8').trimEnd().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({ line: 89, level: 'info', msg: 'test' });
    expect(statSync(logFileOf(state)).mode & 0o777).toBe(0o600);
  });

  test('has one JSON object a line, of its level and above, and no tokens', () => {
    const { state } = createMachine();
    const log = createRunnerLog(state, 'warn');
    log.info({}, 'not this');
    log.warn({ stderr: 'two\nlines, bot123456789:AAaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }, 'this');
    const text = readFileSync(logFileOf(state), 'utf8');
    expect(text.split('\n')).toHaveLength(2);
    expect(JSON.parse(text)).toMatchObject({ level: 'warn', msg: 'this', stderr: 'two\nlines, [token]' });
  });

  test('that cannot be written is no error', () => {
    const { write, home } = createMachine();
    write('file/x', '');
    expect(() => createRunnerLog(join(home, 'file/x'), 'info').error({}, 'lost')).not.toThrow();
  });
});
