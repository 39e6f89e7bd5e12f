import { describe, expect, test } from 'vitest';
import { createMachine, prints } from '../../support/runner/machine.ts';

describe('a name that begins with a dash', () => {
  test.each([['-dash.sh'], ['-dash'], ['-f.sh'], ['-v-and-more.sh'], ['--verbosely.sh'], ['-tmp.sh']])(
    '%s is read as a name',
    async (name) => {
      const machine = createMachine();
      machine.write(name.endsWith('.sh') ? name : `${name}.sh`, prints({ notify: false, n: 1 }));
      const full = name.endsWith('.sh') ? name : `${name}.sh`;
      // A run of at least 0.1 s has its seconds at the end.
      const output = async (...words: string[]) =>
        (await machine.runner(['run', ...words])).out.replace(/ \(\d+\.\d s\)$/m, '');
      expect(await output(name, '--verbose')).toBe(`· ${full}: no alert\n`);
      expect(await output('--', name)).toBe(`· ${full}: no alert\n`);
      const ran = await machine.program('notify-scripts', ['run', name]);
      expect(ran).toEqual({ status: 0, out: '{"notify":false,"n":1}\n', err: '' });
    },
  );

  test('is an error as JSON for other programs when no script has it', async () => {
    const machine = createMachine();
    expect(await machine.program('notify-scripts', ['run', '-dash.sh'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\{"error":"There is no script \\"-dash\.sh\\"/),
    });
  });

  test('leaves known options alone', async () => {
    const machine = createMachine();
    machine.write('-f.sh', prints({ notify: false }));
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    expect((await machine.runner(['run', 'a', '-fn'])).out).toContain('→ a.sh: would be sent');
    expect((await machine.runner(['run', '-n', '-j2', '-t', '5s', 'a'])).out).toContain('→ a.sh: would be sent');
  });
});
