import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { EMPTY_STATE } from '../../../src/runner/state/script-state.ts';
import { peekState, readState, writeState } from '../../../src/runner/state/script-state-file.ts';
import { makePipe } from '../../support/files/make-pipe.ts';

let folder = '';
let path = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'notify-state-'));
  path = join(folder, 'state/a.json');
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function damage(text: string): void {
  mkdirSync(join(folder, 'state'), { recursive: true });
  writeFileSync(path, text);
}

test('what was written is read', async () => {
  const state = { ...EMPTY_STATE, lastSent: 5 };
  await writeState(folder, 'a', state);
  expect(readState(folder, 'a')).toEqual({ state });
  expect(peekState(folder, 'a')).toEqual(state);
  expect(readState(folder, 'b')).toEqual({ state: EMPTY_STATE });
});

test('a damaged file is moved aside and kept, each under its own name', () => {
  for (const text of ['broken', '{"last_sent": "yesterday"}', '[]']) {
    damage(text);
    expect(peekState(folder, 'a')).toEqual(EMPTY_STATE);
    const { state, problem } = readState(folder, 'a');
    expect(state).toEqual(EMPTY_STATE);
    expect(problem?.code).toBe('state');
    expect(problem?.message).toMatch(
      /state\/a\.json is damaged \(.+\): it was moved to \S+a\.json\.unreadable-\d+(-\d)?, and the cooldown starts again\.$/,
    );
  }
  const kept = readdirSync(join(folder, 'state')).map((name) => readFileSync(join(folder, 'state', name), 'utf8'));
  expect(kept.sort()).toEqual(['[]', 'broken', '{"last_sent": "yesterday"}']);
});

test('a file that cannot be opened is marked, and stays', () => {
  mkdirSync(path, { recursive: true });
  expect(readState(folder, 'a')).toMatchObject({
    state: { ...EMPTY_STATE, unreadable: true },
    problem: { code: 'storage', message: expect.stringContaining("can't be read: EISDIR") },
  });
  expect(readdirSync(join(folder, 'state'))).toEqual(['a.json']);
});

test('a file that is not UTF-8 is moved aside with its bytes', () => {
  const bytes = Buffer.from('{"last_sent": 5, "by": "J\xf6rg"}', 'latin1');
  mkdirSync(join(folder, 'state'), { recursive: true });
  writeFileSync(path, bytes);
  const { state, problem } = readState(folder, 'a');
  expect(state).toEqual(EMPTY_STATE);
  expect(problem?.message).toContain('it is not UTF-8 text');
  const [aside = ''] = readdirSync(join(folder, 'state'));
  expect(readFileSync(join(folder, 'state', aside))).toEqual(bytes);
});

test('a pipe in its place is no state, stays, and holds up nobody', () => {
  mkdirSync(join(folder, 'state'));
  makePipe(path);
  expect(peekState(folder, 'a')).toEqual(EMPTY_STATE);
  const { state, problem } = readState(folder, 'a');
  expect(state).toEqual({ ...EMPTY_STATE, unreadable: true });
  expect(problem?.message).toBe(`${path} can't be read: it is not a regular file (EFTYPE).`);
  expect(readdirSync(join(folder, 'state'))).toEqual(['a.json']);
});
