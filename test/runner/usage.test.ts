import { describe, expect, test } from 'vitest';
import { createMachine, prints } from './support/machine.ts';

describe('a mistake on the command line is one sentence, status 2', () => {
  test.each([
    ['nosuch', 'there is no command nosuch.'],
    ['stats', 'there is no command stats; did you mean status?'],
    ['ru', 'there is no command ru; did you mean run?'],
    ['run --dryrun', 'there is no option --dryrun; did you mean --dry-run?'],
    ['--nosuch', 'there is no option --nosuch.'],
    ['run --jobs 0', '--jobs: expected a whole number from 1 to 256, found "0".'],
    ['--timeout never', '--timeout: "never" is not a duration such as 30m, 6h or 1d.'],
    ['send --severity urgent x', '--severity: expected one of info, low, medium, high, critical, found "urgent".'],
    ['send --title', '--title needs a value.'],
    ['completion tcsh', 'shell: expected one of bash, zsh, fish, found "tcsh".'],
    ['completion', 'the argument shell is missing.'],
    ['list all', 'list takes no argument, found 1.'],
    ['link 1 2', 'link takes at most 1, found 2.'],
  ])('notify-runner %s', async (words, sentence) => {
    const machine = createMachine();
    expect(await machine.runner(words.split(' '))).toEqual({
      status: 2,
      out: '',
      err: `notify-runner: ${sentence} Try notify-runner --help.\n`,
    });
  });

  test.each([
    ['', 'say what to do: list or run.'],
    ['rum', 'there is no command rum; did you mean run?'],
    ['run', 'the argument name is missing.'],
    ['list --al', 'there is no option --al.'],
  ])('notify-scripts %s', async (words, sentence) => {
    const machine = createMachine();
    expect(await machine.program('notify-scripts', words === '' ? [] : words.split(' '))).toEqual({
      status: 2,
      out: '',
      err: `notify-scripts: ${sentence} Try notify-scripts --help.\n`,
    });
  });
});

test('help is a command too', async () => {
  const machine = createMachine();
  expect(await machine.runner(['help'])).toMatchObject({ status: 0, out: expect.stringContaining('Usage:'), err: '' });
  const { out } = await machine.runner(['help', 'send']);
  expect(out).toContain('Usage: notify-runner send');
  expect((await machine.program('notify-scripts', ['help'])).status).toBe(0);
});

describe('a name that begins with a dash', () => {
  test.each([['-dash.sh'], ['-dash'], ['-f.sh'], ['-v-and-more.sh'], ['--verbosely.sh'], ['-tmp.sh']])(
    '%s is taken as a name',
    async (name) => {
      const machine = createMachine();
      machine.write(name.endsWith('.sh') ? name : `${name}.sh`, prints({ notify: false, n: 1 }));
      const full = name.endsWith('.sh') ? name : `${name}.sh`;
      expect((await machine.runner(['run', name, '--verbose'])).out).toBe(`· ${full}: nothing to say\n`);
      expect((await machine.runner(['run', '--', name])).out).toBe(`· ${full}: nothing to say\n`);
      const ran = await machine.program('notify-scripts', ['run', name]);
      expect(ran).toEqual({ status: 0, out: '{"notify":false,"n":1}\n', err: '' });
    },
  );

  test('and one that nobody has is said as JSON to other programs', async () => {
    const machine = createMachine();
    expect(await machine.program('notify-scripts', ['run', '-dash.sh'])).toMatchObject({
      status: 1,
      out: expect.stringMatching(/^\{"error":"There is no script \\"-dash\.sh\\"/),
    });
  });

  test('while known options stay options', async () => {
    const machine = createMachine();
    machine.write('-f.sh', prints({ notify: false }));
    machine.write('a.sh', prints({ notify: true, message: 'x' }));
    expect((await machine.runner(['run', 'a', '-fn'])).out).toContain('→ a.sh: would be sent');
    expect((await machine.runner(['run', '-n', '-j2', '-t', '5s', 'a'])).out).toContain('→ a.sh: would be sent');
  });
});
