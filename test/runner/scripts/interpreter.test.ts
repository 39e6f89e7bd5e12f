import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discover } from '../../../src/runner/scripts/discover.ts';
import { hasWindowsShebang } from '../../../src/runner/scripts/first-line.ts';
import { commandFor } from '../../../src/runner/scripts/interpreter.ts';
import { createMachine, type Machine } from '../../support/runner/machine.ts';

/** The command of the machine's only script. */
function commandIn({ scripts, home }: Machine, path = '/usr/bin:/bin') {
  const [script] = discover(scripts);
  if (script === undefined) throw new Error('there is no script');
  return commandFor(script, { home, path, node: '/node' });
}

describe('a script is run', () => {
  test('by the program that its ending or its first line names', async () => {
    const machine = createMachine();
    machine.write('a.py', 'import json\nprint(json.dumps({"notify": False, "by": "python"}))');
    machine.write('b.sh', `[ -n "$BASH_VERSION" ] && echo '{"notify": false, "by": "bash"}'`);
    machine.write('c.js', `console.log(JSON.stringify({ notify: false, by: 'node' }))`);
    machine.write('d.mjs', `import 'node:fs'; console.log(JSON.stringify({ notify: false, by: 'node' }))`);
    machine.write('e.pl', `print '{"notify": false, "by": "perl"}'`);
    machine.write('f', `#!/bin/sh\necho '{"notify": false, "by": "itself"}'`, 0o755);
    machine.write('g.sh', `#!/usr/bin/perl\nprint '{"notify": false, "by": "its first line"}'`, 0o755);
    machine.write('notes.txt', 'not a script');
    const ran = await machine.runner(['--json']);
    expect(ran.err).toBe('');
    const results: { name: string; output: { by: string } }[] = JSON.parse(ran.out);
    const by = Object.fromEntries(results.map(({ name, output }) => [name, output.by]));
    expect(by).toEqual({
      'a.py': 'python',
      'b.sh': 'bash',
      'c.js': 'node',
      'd.mjs': 'node',
      'e.pl': 'perl',
      f: 'itself',
      'g.sh': 'its first line',
    });
    machine.write('.venv/bin/python', `#!/bin/sh\necho '{"notify": false, "by": "venv"}'`, 0o755);
    expect(JSON.parse((await machine.runner(['run', 'a', '--json'])).out)[0].output.by).toBe('venv');
  });

  test.each([
    ['a.py', 'print(1)', 0o644, /^\/usr\/bin\/python3$/],
    ['a.py', '#!/bin/sh', 0o755, /\/user\/notifications\/a\.py$/],
    ['a.py', '#!/bin/sh', 0o644, /^\/usr\/bin\/python3$/],
    ['a.py', 'print(1)', 0o755, /^\/usr\/bin\/python3$/],
    ['a.rb', '#!/usr/bin/env -S ruby -w', 0o755, /\/user\/notifications\/a\.rb$/],
    ['a.ts', '#!/usr/bin/env deno', 0o755, /\/user\/notifications\/a\.ts$/],
    ['a.sh', 'echo', 0o644, /\/bin\/bash$/],
    ['a.sh', '#!/usr/bin/perl', 0o755, /\/user\/notifications\/a\.sh$/],
    ['a.sh', '#!/usr/bin/perl', 0o644, /\/bin\/bash$/],
    ['a.js', '', 0o644, /^\/node$/],
    ['a.mjs', '', 0o644, /^\/node$/],
    ['a.pl', '', 0o644, /\/bin\/perl$/],
    ['a', '#!/bin/sh', 0o755, /\/user\/notifications\/a$/],
  ])('%s that begins with %j and has the mode %o', (name, content, mode, file) => {
    const machine = createMachine();
    const path = machine.write(name, content, mode);
    const command = commandIn(machine);
    expect(command.file).toMatch(file);
    expect(command.args).toEqual(command.file === path ? [] : [path]);
  });

  test('with the Python of the home where there is one', () => {
    const machine = createMachine();
    machine.write('a.py', '');
    const python = machine.write('.venv/bin/python', '', 0o755);
    expect(commandIn(machine).file).toBe(python);
  });

  test('written in Python and executable, as its first line says, although the home has a Python', async () => {
    const machine = createMachine();
    machine.write('.venv/bin/python', `#!/bin/sh\necho '{"notify": false, "by": "home"}'`, 0o755);
    const own = machine.write('project/python', `#!/bin/sh\necho '{"notify": false, "by": "project"}'`, 0o755);
    machine.write('a.py', `#!${own}\n`, 0o755);
    machine.write('b.py', `#!/usr/bin/env -S ${own} run --script\n`, 0o755);
    machine.write('c.py', `#!${own}\n`);
    machine.write('d.py', `#!/usr/bin/python3\n# notify: python=~/project/python\n`);
    machine.write('e.py', `# notify: python=${own}\n`);
    machine.write('f.py', `# notify: python="python3"\nprint('{"notify": false, "by": "the PATH"}')\n`);
    const { out } = await machine.runner(['--json']);
    const results: { name: string; output: { by: string } }[] = JSON.parse(out);
    expect(results.map(({ name, output }) => [name, output.by]).sort()).toEqual([
      ['a.py', 'project'],
      ['b.py', 'project'],
      ['c.py', 'home'],
      ['d.py', 'project'],
      ['e.py', 'project'],
      ['f.py', 'the PATH'],
    ]);
  });

  test.each([
    ['/nowhere/python', '# notify: python: /nowhere/python is no program.'],
    ['venv/bin/python', '# notify: python: expected an absolute path, or one that begins with ~/.'],
    ['python9', 'python9 is not installed, or not in PATH (/usr/bin:/bin).'],
  ])('not with the Python %s of its header', async (python, sentence) => {
    const machine = createMachine();
    machine.write('a.py', `# notify: python=${python}\nprint(1)`);
    const [result] = JSON.parse((await machine.runner(['--json'])).out);
    expect(result).toMatchObject({ result: 'failed', detail: sentence });
  });

  test('in another language not with a Python', () => {
    const machine = createMachine();
    machine.write('a.sh', '');
    const [script] = discover(machine.scripts);
    if (script === undefined) throw new Error('there is no script');
    const places = { home: machine.home, path: '/usr/bin:/bin', node: '/node' };
    expect(() => commandFor(script, places, 'python3')).toThrow('# notify: python is for files that end in .py.');
  });

  test.each(['a.rb', 'a.py', 'a.R', 'a.php'])('%s not without its interpreter', (name) => {
    const machine = createMachine();
    machine.write(name, '');
    expect(() => commandIn(machine, machine.home)).toThrow(
      new RegExp(`^(ruby|python3|Rscript|php) is not installed, or not in PATH \\(${machine.home}\\)\\.$`),
    );
  });
});

test.each([
  ['#!/bin/sh\r\necho', true],
  ['#!/bin/sh\necho\r\n', false],
  ['echo\r\n', false],
])('%j has a Windows line ending in its first line: %s', (content, expected) => {
  const machine = createMachine();
  expect(hasWindowsShebang(machine.write('a', content))).toBe(expected);
  expect(hasWindowsShebang(join(machine.home, 'nowhere'))).toBe(false);
});
