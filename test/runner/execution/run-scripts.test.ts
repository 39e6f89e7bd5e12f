import { describe, expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';

const quiet = '{"notify": false}';

describe('scripts', () => {
  test('run several at a time, never more than --jobs', async () => {
    const machine = createMachine();
    const script = `now() { date +%s%N; }\na=$(now); sleep 0.3; echo "$a $(now)" > "times-$NAME"; echo '${quiet}'`;
    for (let index = 0; index < 6; index += 1) machine.write(`s${index}.sh`, `NAME=${index}\n${script}`);
    await machine.runner(['--jobs', '2']);
    const spans = [0, 1, 2, 3, 4, 5].map((index) => machine.read(`./times-${index}`).split(' ').map(Number));
    const together = spans.map(([start = 0]) => spans.filter(([a = 0, b = 0]) => a <= start && start < b).length);
    expect(Math.max(...together)).toBe(2);
  });

  test('run forty at a time without a warning', async () => {
    const machine = createMachine();
    for (let index = 0; index < 60; index += 1) machine.write(`s${index}.sh`, `sleep 0.1; echo '{"notify": false}'`);
    expect(await machine.runner(['--jobs', '40'])).toEqual({ status: 0, out: '', err: '' });
  });

  test('have records of their own also when their names are as long as a file system allows', async () => {
    const machine = createMachine();
    const names = ['a.sh', 'b.sh'].map((end) => `${'ü'.repeat(125)}${end}`);
    for (const name of names) machine.write(name, `echo '{"notify": false}'`);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(machine.names('runs')).toHaveLength(2);
  });
});
