import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openMailMemory } from '../../../src/runner/state/mail-memory.ts';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 0, 30);
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mail-memory-'));
  vi.stubEnv('TMPDIR', folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const own = () => join(folder, `notify-runner-${process.getuid?.()}`);
const due = (stateDir: string | undefined, at: number, fault = 'a') => openMailMemory(stateDir, at).isDue(fault);
const over = (stateDir: string | undefined, at: number, fault = 'a') => openMailMemory(stateDir, at).end(fault);

describe.each([
  ['in the state folder', () => join(folder, 'state')],
  ['where the state folder takes nothing', () => join(folder, 'file/state')],
  ['without settings', () => undefined],
])('a mailed fault %s', (_, place) => {
  beforeEach(() => writeFileSync(join(folder, 'file'), ''));

  test('is due once a day as long as it lasts, and its end is news once', () => {
    const state = place();
    expect([0, 1, 23].map((hours) => due(state, NOW + hours * HOUR))).toEqual([true, false, false]);
    expect([24, 25].map((hours) => due(state, NOW + hours * HOUR))).toEqual([true, false]);
    expect([26, 27].map((hours) => over(state, NOW + hours * HOUR))).toEqual([true, false]);
    expect(over(state, NOW, 'never')).toBe(false);
  });

  test('that comes and goes is due once a day', () => {
    const state = place();
    expect([due(state, NOW), over(state, NOW), due(state, NOW + HOUR), over(state, NOW + HOUR)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect([due(state, NOW + 24 * HOUR), over(state, NOW + 25 * HOUR)]).toEqual([true, true]);
  });

  test('is due again after the clock was set back', () => {
    const state = place();
    expect([due(state, NOW), due(state, NOW - HOUR)]).toEqual([true, true]);
  });
});

describe('the memory of mails', () => {
  test('moves back to the state folder with what it knows, and is private', () => {
    writeFileSync(join(folder, 'file'), '');
    const state = join(folder, 'file/state');
    expect(due(state, NOW)).toBe(true);
    expect(readdirSync(own())).toHaveLength(1);
    rmSync(join(folder, 'file'));
    expect([due(state, NOW + HOUR), due(state, NOW + HOUR, 'b'), due(state, NOW + HOUR)]).toEqual([false, true, false]);
    expect(readdirSync(own())).toEqual([]);
    expect(existsSync(join(state, 'mailed.json'))).toBe(true);
  });

  test('leaves a temporary folder alone that others prepared', () => {
    mkdirSync(join(folder, 'theirs'));
    symlinkSync(join(folder, 'theirs'), own());
    expect([due(undefined, NOW), due(undefined, NOW)]).toEqual([true, true]);
    rmSync(own());
    mkdirSync(own());
    chmodSync(own(), 0o777);
    expect([due(undefined, NOW), due(undefined, NOW)]).toEqual([true, true]);
    expect([...readdirSync(own()), ...readdirSync(join(folder, 'theirs'))]).toEqual([]);
  });

  test('makes nothing in the temporary folder where the state folder takes its file', () => {
    expect([due(join(folder, 'state'), NOW), over(join(folder, 'state'), NOW)]).toEqual([true, true]);
    expect(readdirSync(folder)).toEqual(['state']);
  });

  test('starts anew from a damaged file', () => {
    writeFileSync(join(folder, 'mailed.json'), '{"a": 1, "b": {"at": "x"}, ');
    expect([due(folder, NOW), due(folder, NOW)]).toEqual([true, false]);
  });
});
