import { execFileSync } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { discover, readFolder } from '../../../src/runner/scripts/discover.ts';
import { looksMeant } from '../../../src/runner/scripts/looks-meant.ts';
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

  test('runs neither leftovers nor copies of conflicts, and names the copies', () => {
    const machine = createMachine();
    const silent = [
      'x.py.part',
      'x.sh.crdownload',
      '~$x.py',
      'x.pyc',
      'x.py.r12',
      'x.py.LCK',
      'x.py___jb_tmp___',
      '.#x.py',
    ];
    const copies = [
      'x (Ann conflicted copy 2026-01-01).py',
      'x (conflicted copy 2026-01-01 101112).py',
      'x.py.sync-conflict-20260101-120000-ABCDEFG',
      'x.sh.REMOTE.123.sh',
      'x.sync-conflict-20260101-120000-ABCDEFG.py',
      'x_LOCAL_123.py',
      'x_conflict-20260101-101112.sh',
    ];
    const setAside = ['x.bak.py', 'x.disabled.sh', 'x.orig.R'];
    const kept = ['conflict.py', 'conflicted.sh', 'local_12.py', 'x (1).py', 'x.backup.py', 'x_local.py'];
    for (const name of [...silent, ...copies, ...setAside, ...kept]) machine.write(name, '#!/bin/sh', 0o755);
    machine.write('data.sync-conflict-20260101-120000-ABCDEFG.csv', '1;2');
    const { scripts, skipped, leftovers } = readFolder(machine.scripts);
    expect(scripts.map(({ name }) => name)).toEqual(kept.toSorted());
    expect(Object.fromEntries(skipped.map(({ name, reason }) => [name, reason.code]))).toEqual({
      ...Object.fromEntries(copies.map((name) => [name, 'conflict_copy'])),
      ...Object.fromEntries(setAside.map((name) => [name, 'leftover'])),
      'data.sync-conflict-20260101-120000-ABCDEFG.csv': 'not_executable',
    });
    expect(leftovers).toEqual(silent.filter((name) => !/^[.~]/.test(name)).toSorted());
  });

  test('leaves out a file whose first line is hidden by a byte order mark, and says how to remove it', async () => {
    const machine = createMachine();
    const path = machine.write('report', '\uFEFF#!/bin/sh\necho \'{"notify": false}\'\n', 0o755);
    const ending = machine.write('b.py', '\uFEFF#!/nowhere/python\nprint(\'{"notify": false}\')\n', 0o755);
    machine.write('other', '\uFEFF#!/bin/sh\n');
    const report = `"report" is skipped: a byte order mark stands before its #!, which is then not found; sed -i '1s/^\\xEF\\xBB\\xBF//' ${path}.`;
    expect(await machine.runner(['-v'])).toMatchObject({
      out: expect.stringContaining('b.py: no alert'),
      err: expect.stringContaining(report),
    });
    expect((await machine.runner(['doctor'])).out).toContain(
      `b.py: its first line does not count, since a byte order mark stands before #!\n          → sed -i '1s/^\\xEF\\xBB\\xBF//' ${ending}\n`,
    );
    for (const file of [path, ending]) execFileSync('sed', ['-i', '1s/^\\xEF\\xBB\\xBF//', file]);
    expect((await machine.runner(['run', 'report'])).out).toContain('report: no alert');
    expect(
      readFolder(machine.scripts)
        .skipped.filter(looksMeant)
        .map(({ name }) => name),
    ).toEqual(['other']);
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
