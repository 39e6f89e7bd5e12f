import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discover, findScript } from '../../../src/runner/scripts/discover.ts';
import { createMachine } from '../support/machine.ts';

describe('the folder', () => {
  test('scripts that share a stem have states of their own; Python has the stem, as ever', () => {
    const machine = createMachine();
    for (const name of ['a.sh', 'a.py', 'b.js', 'b.x.sh', '.py', 'Makefile', 'c.R']) machine.write(name, '');
    machine.write('b', '#!/bin/sh', 0o755);
    machine.write('tool.bin', '#!/bin/sh', 0o755);
    const scripts = discover(machine.scripts);
    expect(scripts.map(({ name, stem, stateName }) => [name, stem, stateName])).toEqual([
      ['a.py', 'a', 'a'],
      ['a.sh', 'a', 'a.sh'],
      ['b', 'b', 'b'],
      ['b.js', 'b', 'b.js'],
      ['b.x.sh', 'b.x', 'b.x'],
      ['c.R', 'c', 'c'],
      ['tool.bin', 'tool', 'tool'],
    ]);
    expect(findScript(scripts, 'b.x').name).toBe('b.x.sh');
    expect(findScript(scripts, 'b').name).toBe('b');
    expect(() => findScript(scripts, 'a')).toThrow('there are a.py and a.sh');
    expect(() => findScript(scripts, '..')).toThrow('There is no script ".."');
  });

  test('links to scripts count, broken ones and loops do not', () => {
    const machine = createMachine();
    const path = machine.write('repository/real.py', '');
    symlinkSync(path, join(machine.scripts, 'linked.py'));
    symlinkSync('/nowhere', join(machine.scripts, 'broken.py'));
    symlinkSync('loop.py', join(machine.scripts, 'loop.py'));
    expect(discover(machine.scripts).map(({ name }) => name)).toEqual(['linked.py']);
  });
});
