import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cleanFileName } from '../../../../src/bot/api/files/file-name.ts';

describe('cleanFileName', () => {
  test.each([
    ['chart.png', 'chart.png'],
    ['Überblick 2026.pdf', 'Überblick 2026.pdf'],
    ['/etc/passwd', 'passwd'],
    ['C:\\Users\\ann\\a.png', 'a.png'],
    ['../../x', 'x'],
    ['..', 'file'],
    ['.', 'file'],
    ['', 'file'],
    [undefined, 'file'],
    ['a/', 'file'],
    ['a\r\nb\0c', 'abc'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['   ', 'file'],
    ['👩‍👩‍👧.png', '👩‍👩‍👧.png'],
  ])('%j becomes %j', (given, expected) => {
    expect(cleanFileName(given, 'file')).toBe(expected);
  });

  test('a long name keeps its ending and cuts no letter in two', () => {
    const name = cleanFileName(`${'😀'.repeat(300)}.jpeg`, 'file');
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
    expect(name.endsWith('😀….jpeg')).toBe(true);
    expect(name.isWellFormed()).toBe(true);
  });

  test.each([
    [`${'a'.repeat(300)}.pdf`, /^a{123}….pdf$/],
    [`${'я'.repeat(200)}.tar.gz`, /^я+….tar.gz$/],
    [`${'👩‍👩‍👧'.repeat(50)}.png`, /^(?:👩‍👩‍👧)+….png$/u],
    ['b'.repeat(300), /^b{127}…$/],
    [`${'c'.repeat(120)}. ${'d'.repeat(40)}`, /^c{120}\. d+…$/],
  ])('a name too long for a file system is cut before its ending', (given, expected) => {
    const name = cleanFileName(given, 'file');
    expect(name).toMatch(expected);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
  });

  test('whatever is given, the name is short, visible and has no folder', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (given) => {
        const name = cleanFileName(given, 'file');
        expect([...name].length).toBeGreaterThan(0);
        expect([...name].length).toBeLessThanOrEqual(128);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
        expect(name).not.toMatch(/[/\\\p{Cc}\p{Cs}]|^\.{1,2}$/u);
      }),
      { numRuns: 2_000 },
    );
  });
});
