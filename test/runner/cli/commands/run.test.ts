import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../../support/runner/machine.ts';

describe('notify-runner run', () => {
  test('reports names that leave the folder, are unknown, or are ambiguous', async () => {
    const machine = createMachine();
    machine.write('a.sh', prints({ notify: false }));
    machine.write('a.py', 'print(1)');
    expect(await machine.runner(['run', '../a.sh'])).toMatchObject({
      status: 2,
      err: expect.stringContaining('holds no "/"'),
    });
    expect(await machine.runner(['run', 'b'])).toMatchObject({
      status: 1,
      err: 'notify-runner: There is no script "b": notify-runner list shows what there is.\n',
    });
    expect(await machine.runner(['run', 'a'])).toMatchObject({
      status: 2,
      err: 'notify-runner: "a" is ambiguous: there are a.py and a.sh; give the ending too.\n',
    });
  });

  test('takes any name', async () => {
    const machine = createMachine();
    const names = ['-rf.sh', 'line\nbreak.sh', '$(touch pwned).sh', 'it\'s a "script".sh', 'ünïcode 🎉.sh'];
    for (const name of names) machine.write(name, `echo '{"notify": false}'`);
    const { out, status } = await machine.runner(['run', '--json', '--', ...names]);
    expect(status).toBe(0);
    const results: { name: string; result: string }[] = JSON.parse(out);
    expect(results.map(({ name, result }) => [name, result]).sort()).toEqual(
      names.map((name) => [name, 'quiet']).sort(),
    );
    expect(existsSync(join(machine.home, 'pwned'))).toBe(false);
    const dryRun = await machine.runner(['run', '--dry-run', '--', 'line\nbreak']);
    expect(dryRun.out).toMatch(/^· line\?break\.sh: no alert/);
  });

  test('shows with --dry-run what would be sent, and remembers nothing', async () => {
    const machine = createMachine();
    machine.write(
      'a.sh',
      prints({ notify: true, title: 'T', message: 'one\ntwo', severity: 'high', cooldown: '0', image_path: 'x.png' }),
    );
    const ran = await machine.runner(['run', 'a', '--dry-run']);
    expect(ran).toMatchObject({ status: 0, err: '' });
    // A run of at least 0.1 s has its seconds at the end of the line.
    expect(ran.out.replace(/ \(\d+\.\d s\)$/m, '')).toBe(
      '→ a.sh: would be sent\n    T\n    one\n    two\n    (image x.png, severity high, cooldown none)\n',
    );
    for (const folder of ['state', 'pending', 'runs', 'logs']) expect(machine.names(folder)).toEqual([]);
  });

  test('names with --dry-run the fields that were probably meant for others', async () => {
    const machine = createMachine();
    machine.write(
      'a.sh',
      prints({ notify: true, message: 'x', image: '/x.png', titel: 'T', priority: 'high', mine: 1 }),
    );
    const { out } = await machine.runner(['run', 'a', '--dry-run']);
    expect(out).toContain(
      '    (ignored: "priority"; did you mean "severity"?)\n    (ignored: "image"; did you mean "image_path"?)\n    (ignored: "titel"; did you mean "title"?)\n',
    );
    expect(out).not.toContain('mine');
  });

  test('leaves the output of the scripts out of its JSON with --no-output', async () => {
    const machine = createMachine();
    machine.write('a.sh', `echo '{"notify": false, "data": {"x": 1}}'`);
    const rows = async (...args: string[]) => JSON.parse((await machine.runner(['run', 'a', '--json', ...args])).out);
    expect((await rows())[0].output.data).toEqual({ x: 1 });
    expect(await rows('--no-output')).toEqual([{ name: 'a.sh', result: 'quiet', seconds: expect.any(Number) }]);
  });
});
