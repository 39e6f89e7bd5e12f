import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, type Machine } from '../../support/runner/machine.ts';

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
  test('runs once at its time, and not again before the next', async () => {
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

  test('runs by a changed schedule at once', async () => {
    const machine = createMachine();
    script(machine, `0 0 ${farDay} * *`);
    await machine.runner();
    script(machine, '* * * * *');
    await machine.runner();
    expect(count(machine)).toBe(1);
  });

  test('runs at any time when it is named', async () => {
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
    'runs also when schedules.json holds %s',
    async (text) => {
      const machine = createMachine();
      script(machine, '* * * * *');
      machine.write('.notifications/schedules.json', text);
      expect(await machine.runner()).toEqual({ status: 0, out: '', err: '' });
      expect(count(machine)).toBe(1);
    },
  );

  test('that is wrong fails in its run and is an error in list', async () => {
    const machine = createMachine();
    machine.write('a.sh', `# notify: schedule="0 0 30 2 *"\n`);
    machine.write('b.sh', `# notify: schedule="often"\n`);
    const rows: { error: string }[] = JSON.parse((await machine.runner(['list', '--json'])).out);
    expect(rows.map(({ error }) => error)).toEqual([
      '# notify: schedule: "0 0 30 2 *" never comes.',
      expect.stringContaining('"often" is not a cron schedule'),
    ]);
    expect((await machine.runner()).err).toContain('a.sh failed: # notify: schedule: "0 0 30 2 *" never comes.');
  });

  test('keeps the time of its zone, and follows a change of it', async () => {
    const machine = createMachine();
    const line = (tz: string) => `# notify: schedule="0 9 ${farDay} * *"${tz}\necho '{"notify": false}'`;
    const nextOf = async (tz: string, environment = {}) => {
      machine.write('a.sh', line(tz));
      expect(await machine.runner([], { environment })).toEqual({ status: 0, out: '', err: '' });
      const { next } = Object(machine.json('.notifications/schedules.json')['a.sh']);
      return new Date(next).toLocaleTimeString('sv-SE', { timeZone: 'UTC' });
    };
    expect(await nextOf(' tz=Etc/GMT-5')).toBe('04:00:00');
    expect(await nextOf(' tz=Etc/GMT+5')).toBe('14:00:00');
    expect(await nextOf('', { TZ: ':/usr/share/zoneinfo/Etc/GMT-5' })).toBe('04:00:00');
    expect(await nextOf('', { TZ: '<-05>5' })).toBe('14:00:00');
  });

  test('is refused with a zone that cannot be read, and the others run', async () => {
    const machine = createMachine();
    script(machine, '0 9 * * *');
    machine.write('b.sh', `# notify: schedule="0 9 * * *" tz=Berlin\necho '{"notify": false}'`);
    machine.write('c.sh', `echo x > "$HOME/ran"; echo '{"notify": false}'`);
    const environment = { TZ: 'CET-1CEST,M3.5.0,M10.5.0/3' };
    const { err } = await machine.runner([], { environment });
    expect(err).toContain(
      'a.sh failed: TZ: "CET-1CEST,M3.5.0,M10.5.0/3" is a POSIX rule, not a time zone: write a name',
    );
    expect(err).toContain(
      'b.sh failed: # notify: tz: "Berlin" is not a time zone: write a name such as Europe/Berlin.',
    );
    expect(machine.read('./ran')).toBe('x\n');
    expect(count(machine)).toBe(0);
    expect((await machine.runner(['doctor'], { environment })).out).toMatch(/✗ clock {3}TZ: "CET-1CEST,.*\n {10}→ /);
    const clock = await machine.runner(['doctor'], { environment: { TZ: ':/usr/share/zoneinfo/Etc/GMT-5' } });
    expect(clock.out).toMatch(/✓ clock {3}\S+ \S+ Etc\/GMT-5\n/);
  });
});
