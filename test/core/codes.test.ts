import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { DASHBOARD_CODES, INTERNAL_CODES, isCode, SOCKET_CODES, statusOf } from '../../src/core/codes.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts') && name !== 'core/codes.ts')
  .map((name) => readFileSync(join(SRC, name), 'utf8'))
  .join('\n');
const all = Object.entries({ ...SOCKET_CODES, ...DASHBOARD_CODES, ...INTERNAL_CODES });

test('every code is used somewhere', () => {
  expect(all.map(([code]) => code).filter((code) => !sources.includes(`'${code}'`))).toEqual([]);
});

test('every code stands in one group, with a sentence on when it is used', () => {
  const names = [SOCKET_CODES, DASHBOARD_CODES, INTERNAL_CODES].flatMap((group) => Object.keys(group));
  expect(names).toHaveLength(new Set(names).size);
  expect(all.filter(([code, { when }]) => !/^[a-z0-9_]+$/.test(code) || !/^\S.*\.$/.test(when))).toEqual([]);
});

test('a code has the status that callers see, or none', () => {
  expect(statusOf('not_linked')).toBe(404);
  expect(statusOf('used_up')).toBe(410);
  expect(statusOf('bad_delivery')).toBeUndefined();
});

test('a word from elsewhere is a code only where the table has it', () => {
  for (const word of ['not_linked', 'used_up', 'bad_delivery']) expect(isCode(word)).toBe(true);
  for (const word of ['', 'toString', '__proto__', 'constructor', 'unheard_of', 5, null, undefined]) {
    expect(isCode(word)).toBe(false);
  }
});
