import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine } from '../support/machine.ts';

const DAY = 24 * 3_600_000;
/** Every minute of one day that is not today or tomorrow, in any time zone. */
const farDay = new Date(Date.now() + 5 * DAY).getDate();

function script(machine: Machine, schedule: string): void {
  machine.write('a.sh', `# notify: schedule="${schedule}"\necho x >> "$HOME/count"; echo '{"notify": false}'`);
}

const count = (machine: Machine) => (existsSync(join(machine.home, 'count')) ? machine.read('./count').length / 2 : 0);

function ranAgo(machine: Machine, milliseconds: number): void {
  const record = machine.json('.notifications/runs/a.sh.json');
  machine.write('.notifications/runs/a.sh.json', JSON.stringify({ ...record, at: Date.now() - milliseconds }));
  rmSync(join(machine.state, 'schedules.json'), { force: true });
}

describe('a script with a schedule', () => {
  test('runs once when its moment has come, and not again before the next', async () => {
    const machine = createMachine();
    script(machine, `* * ${farDay} * *`);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(count(machine)).toBe(0);
    expect(machine.json('.notifications/schedules.json')).toMatchObject({
      'a.sh': { schedule: `* * ${farDay} * *`, next: expect.any(Number) },
    });
    // The whole day has passed since it last ran.
    ranAgo(machine, 40 * DAY);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(count(machine)).toBe(1);
    await machine.runner();
    expect(count(machine)).toBe(1);
  });

  test('runs by its new schedule as soon as that is written', async () => {
    const machine = createMachine();
    script(machine, `0 0 ${farDay} * *`);
    await machine.runner();
    script(machine, '* * * * *');
    await machine.runner();
    expect(count(machine)).toBe(1);
  });

  test('runs whenever it is asked for by name', async () => {
    const machine = createMachine();
    script(machine, `0 0 ${farDay} * *`);
    await machine.runner(['run', 'a']);
    expect(count(machine)).toBe(1);
  });

  test('is still due after another program has run it', async () => {
    const machine = createMachine();
    script(machine, '0 0 * * *');
    await machine.runner();
    ranAgo(machine, 2 * DAY);
    await machine.program('notify-scripts', ['run', 'a']);
    expect(count(machine)).toBe(1);
    await machine.runner();
    expect(count(machine)).toBe(2);
  });

  test.each(['{broken', '[]', '{"a.sh": null}', '{"a.sh": {"schedule": "* * * * *", "next": "soon", "checked": 0}}'])(
    'does not depend on what stands in schedules.json: %s',
    async (text) => {
      const machine = createMachine();
      script(machine, '* * * * *');
      machine.write('.notifications/schedules.json', text);
      expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
      expect(count(machine)).toBe(1);
    },
  );
});

describe('a crowd', () => {
  test('of forty at a time says nothing on standard error', async () => {
    const machine = createMachine();
    for (let index = 0; index < 60; index += 1) machine.write(`s${index}.sh`, `sleep 0.1; echo '{"notify": false}'`);
    expect(await machine.runner(['--jobs', '40'])).toEqual({ status: 0, out: '', err: '' });
  });

  test('of names as long as a file system takes keeps states apart', async () => {
    const machine = createMachine();
    const names = ['a.sh', 'b.sh'].map((end) => `${'ü'.repeat(125)}${end}`);
    for (const name of names) machine.write(name, `echo '{"notify": false}'`);
    expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
    expect(machine.names('runs')).toHaveLength(2);
  });
});
