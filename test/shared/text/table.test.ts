import { describe, expect, test } from 'vitest';
import { cell, table } from '../../../src/shared/text/table.ts';

describe('a table', () => {
  test('puts columns under one another, as wide as their widest cell, with no blanks at the ends', () => {
    expect(
      table([
        ['USER', 'CHAT', 'ERROR'],
        ['ana', '-1001234', ''],
        ['maximilian', '5', 'blocked'],
      ]),
    ).toBe('USER        CHAT      ERROR\nana         -1001234\nmaximilian  5         blocked\n');
  });

  test('counts characters, not UTF-16 units', () => {
    expect(
      table([
        ['A', 'B'],
        ['😀😀', 'x'],
        ['abc', 'y'],
      ]),
    ).toBe('A    B\n😀😀   x\nabc  y\n');
  });

  test.each([
    [[], ''],
    [[['A', 'B']], 'A  B\n'],
    [[['A', 'B'], ['x']], 'A  B\nx\n'],
  ])('of %j', (rows, text) => {
    expect(table(rows)).toBe(text);
  });
});

describe('a cell', () => {
  test.each([
    ['two\nlines\tand\rmore', 'two lines and more'],
    ['  blank  ends ', 'blank ends'],
    ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['zero\u200bwidth', 'zerowidth'],
    ['', ''],
  ])('%j is shown as %j', (text, shown) => {
    expect(cell(text)).toBe(shown);
  });

  test('is cut where it is long, never inside a character', () => {
    expect(cell('😀'.repeat(10), 4)).toBe('😀😀😀…');
    expect(cell('x'.repeat(60))).toBe('x'.repeat(60));
    expect(cell('x'.repeat(61))).toBe(`${'x'.repeat(59)}…`);
  });
});
