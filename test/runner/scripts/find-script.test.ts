import { describe, expect, test } from 'vitest';
import { readFolder } from '../../../src/runner/scripts/discover.ts';
import { findScript } from '../../../src/runner/scripts/find-script.ts';
import { createMachine } from '../../support/runner/machine.ts';

function scriptsNamed(...names: string[]) {
  const machine = createMachine();
  for (const name of names) machine.write(name, '', 0o755);
  machine.write('report', '#!/bin/sh');
  machine.write('chart.PY', '');
  return readFolder(machine.scripts);
}

describe('a script is found', () => {
  test('by its name, with or without its ending', () => {
    const scripts = scriptsNamed('b', 'b.js', 'b.x.sh');
    expect(findScript(scripts, 'b.x').name).toBe('b.x.sh');
    expect(findScript(scripts, 'b.x.sh').name).toBe('b.x.sh');
    expect(findScript(scripts, 'b').name).toBe('b');
  });

  test.each([
    ['a', 'bad_name', '"a" is ambiguous: there are a.py and a.sh; give the ending too.'],
    ['../a.sh', 'bad_name', '"../a.sh": a script\'s name holds no "/"; give the name alone.'],
    ['..', 'no_script', 'There is no script "..": notify-runner list shows what there is.'],
    ['chart', 'no_script', expect.stringMatching(/^"chart\.PY" is skipped: .*; rename it to chart\.py\.$/)],
    [
      'report',
      'no_script',
      expect.stringMatching(/^"report" is skipped: it is not executable, .*; chmod \+x \/.*report, /),
    ],
    [
      'revenu',
      'no_script',
      'There is no script "revenu"; did you mean revenue? notify-runner list shows what there is.',
    ],
  ])('unless %s is not the name of one', (name, code, message) => {
    const scripts = scriptsNamed('a.py', 'a.sh', 'revenue.sh');
    expect(() => findScript(scripts, name)).toThrow(expect.objectContaining({ code, message }));
  });
});
