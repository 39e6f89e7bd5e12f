import { describe, expect, test } from 'vitest';
import { createMachine } from '../../support/runner/machine.ts';

describe('a mistake on the command line is one sentence, status 2', () => {
  test.each([
    ['nosuch', 'there is no command nosuch.', 'notify-runner'],
    ['stats', 'there is no command stats; did you mean status?', 'notify-runner'],
    ['ru', 'there is no command ru; did you mean run?', 'notify-runner'],
    ['run --dryrun', 'there is no option --dryrun; did you mean --dry-run?', 'notify-runner run'],
    ['--nosuch', 'there is no option --nosuch.', 'notify-runner'],
    ['run --jobs 0', '--jobs: expected a whole number from 1 to 256, found "0".', 'notify-runner run'],
    ['--timeout never', '--timeout: "never" is not a duration such as 30m, 6h or 1d.', 'notify-runner'],
    [
      'send --severity urgent x',
      '--severity: expected one of info, low, medium, high, critical, found "urgent".',
      'notify-runner send',
    ],
    ['send --code --plain x', '--plain and --code exclude each other.', 'notify-runner send'],
    ['run --timeout 5', '--timeout: "5" has no unit: write 5s, 5m or 5h.', 'notify-runner run'],
    ['send --title', '--title needs a value.', 'notify-runner send'],
    ['completion tcsh', 'shell: expected one of bash, zsh, fish, found "tcsh".', 'notify-runner completion'],
    ['completion', 'the argument shell is missing.', 'notify-runner completion'],
    ['list all', 'list takes no argument, found 1.', 'notify-runner list'],
    ['link 1 2', 'link takes one argument, found 2: quote what has spaces in it.', 'notify-runner link'],
  ])('notify-runner %s', async (words, sentence, called) => {
    const machine = createMachine();
    expect(await machine.runner(words.split(' '))).toEqual({
      status: 2,
      out: '',
      err: `notify-runner: ${sentence} Try ${called} --help.\n`,
    });
  });

  test.each([
    ['', 'give a command: list or run.', 'notify-scripts'],
    ['rum', 'there is no command rum; did you mean run?', 'notify-scripts'],
    ['run', 'the argument name is missing.', 'notify-scripts run'],
    ['list --al', 'there is no option --al.', 'notify-scripts list'],
  ])('notify-scripts %s', async (words, sentence, called) => {
    const machine = createMachine();
    expect(await machine.program('notify-scripts', words === '' ? [] : words.split(' '))).toEqual({
      status: 2,
      out: '',
      err: `notify-scripts: ${sentence} Try ${called} --help.\n`,
    });
  });
});

test('the list of commands fits a terminal', async () => {
  const { out } = await createMachine().runner(['--help']);
  for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

test('help is a command', async () => {
  const machine = createMachine();
  expect(await machine.runner(['help'])).toMatchObject({ status: 0, out: expect.stringContaining('Usage:'), err: '' });
  const { out } = await machine.runner(['help', 'send']);
  expect(out).toContain('Usage: notify-runner send');
  expect(await machine.runner(['help', 'sent'])).toEqual({
    status: 2,
    out: '',
    err: 'notify-runner: there is no command sent; did you mean send? Try notify-runner --help.\n',
  });
  expect((await machine.program('notify-scripts', ['help'])).status).toBe(0);
});

test('every program has --help and --version', async () => {
  const machine = createMachine();
  for (const name of ['notify-runner', 'notify-scripts'] as const) {
    expect(await machine.program(name, ['--version'])).toEqual({ status: 0, out: '1.2.3\n', err: '' });
    expect((await machine.program(name, ['--help'])).out).toContain(`Usage: ${name}`);
  }
});
