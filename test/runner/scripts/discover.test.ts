import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discover, readFolder } from '../../../src/runner/scripts/discover.ts';
import { createMachine } from '../../support/runner/machine.ts';

describe('the folder of scripts', () => {
  test('holds what is executable or has a known ending, whatever its name', () => {
    const machine = createMachine();
    const names = ['-rf.sh', '$(touch x).sh', "it's.sh", 'line\nbreak.sh', 'two.dots.sh', 'ünïcode 🎉.sh'];
    for (const name of names) machine.write(name, '');
    const leftovers = ['#a.sh#', 'a.sh.orig', 'a.sh.save', 'a.sh.save.1', 'a.sh.rej', 'a.sh.1', 'a.py.2026-01-30'];
    const packaged = ['a.sh.dpkg-old', 'a.sh.dpkg-dist', 'a.sh.rpmsave', 'a.sh.rpmnew', 'a.sh.ucf-dist', 'a.sh.BAK'];
    const others = ['a.sh.old', 'a.R.new', 'a.sh.swo', 'a.sh,v', 'a.sh.~1~', 'a.sh.bak2', 'a.sh-20260130', 'x.orig'];
    for (const name of [...leftovers, ...packaged, ...others]) machine.write(name, '#!/bin/sh', 0o755);
    for (const name of ['.hidden.sh', '_draft.sh', 'old.sh~', 'a.sh.bak', 'b.sh.swp', 'c.sh.disabled']) {
      machine.write(name, '', 0o755);
    }
    machine.write('notes.txt', '');
    machine.write('folder.sh/inner', '');
    const programs = ['tool.bin', 'check.daily', 'x.sh.daily', 'v1.2'];
    for (const name of programs) machine.write(name, '#!/bin/sh', 0o755);
    const { scripts, skipped } = readFolder(machine.scripts);
    expect(scripts.map(({ name }) => name)).toEqual([...names, ...programs].toSorted());
    expect(skipped.map(({ name }) => name)).toEqual(['notes.txt']);
    machine.write('A.PY', 'print(1)', 0o755);
    machine.write('B.PY', '#!/usr/bin/env python3', 0o755);
    machine.write('C.r', 'cat(1)');
    expect(readFolder(machine.scripts).skipped.map(({ name, reason }) => [name, reason])).toEqual([
      ['A.PY', { code: 'ending_case', rightName: 'A.py' }],
      ['C.r', { code: 'ending_case', rightName: 'C.R' }],
      ['notes.txt', { code: 'not_executable' }],
    ]);
    expect(discover(machine.scripts).map(({ name }) => name)).toContain('B.PY');
  });

  test('gives scripts that share a stem states of their own; the one for Python has the stem', () => {
    const machine = createMachine();
    for (const name of ['a.sh', 'a.py', 'b.js', 'b.x.sh', '.py', 'Makefile', 'c.R']) machine.write(name, '');
    machine.write('b', '#!/bin/sh', 0o755);
    machine.write('tool.bin', '#!/bin/sh', 0o755);
    expect(discover(machine.scripts).map(({ name, stem, stateName }) => [name, stem, stateName])).toEqual([
      ['a.py', 'a', 'a'],
      ['a.sh', 'a', 'a.sh'],
      ['b', 'b', 'b'],
      ['b.js', 'b', 'b.js'],
      ['b.x.sh', 'b.x', 'b.x'],
      ['c.R', 'c', 'c'],
      ['tool.bin', 'tool', 'tool'],
    ]);
  });

  test('holds links to scripts, but neither broken ones nor loops', () => {
    const machine = createMachine();
    const path = machine.write('repository/real.py', '');
    symlinkSync(path, join(machine.scripts, 'linked.py'));
    symlinkSync('/nowhere', join(machine.scripts, 'broken.py'));
    symlinkSync('loop.py', join(machine.scripts, 'loop.py'));
    expect(discover(machine.scripts).map(({ name }) => name)).toEqual(['linked.py']);
    expect(readFolder(machine.scripts).skipped).toMatchObject([
      { name: 'broken.py', reason: { code: 'dangling_link', target: '/nowhere' } },
      { name: 'loop.py', reason: { code: 'unreachable' } },
    ]);
  });

  test('may hold a name that is not UTF-8, which list and a run with lines report', async () => {
    const machine = createMachine();
    const path = Buffer.concat([Buffer.from(join(machine.scripts, 'f')), Buffer.from([0xe4]), Buffer.from('.sh')]);
    writeFileSync(path, '');
    expect(readFolder(machine.scripts).skipped).toMatchObject([{ name: 'f\uFFFD.sh', reason: { code: 'not_utf8' } }]);
    const report = 'notify-runner: "f\uFFFD.sh" is skipped: its name is not UTF-8; rename it.\n';
    expect((await machine.runner(['list'])).err).toBe(report);
    expect((await machine.runner(['run', '-v'])).err).toBe(report);
    expect((await machine.runner()).err).toBe('');
  });
});
