import { describe, expect, test } from 'vitest';
import { beyondBounds, countJsonValues } from '../../../src/shared/json/json-size.ts';
import { busyMs } from '../../support/busy-ms.ts';

const count = (json: string) => countJsonValues(Buffer.from(json));

describe('the values of a JSON text', () => {
  test.each([
    ['1', 1],
    ['{"a":1}', 2],
    ['{"a":1,"b":[2,3]}', 5],
    ['[[],{}]', 5],
    ['{"a,[":"b,{\\",[\\\\"}', 2],
    [String.raw`["\\",1,"\\\",\"",2]`, 5],
    ['"no end, [', 1],
  ])('%s', (json, expected) => {
    expect(count(json)).toBe(expected);
  });

  test('are counted in a time that grows with the text', () => {
    for (const piece of ['\\"', '\\\\', '"",', '[', '"\\']) {
      const json = Buffer.from(`"${piece.repeat(1_000_000 / piece.length)}"`);
      const before = busyMs();
      countJsonValues(json);
      expect(busyMs() - before).toBeLessThan(500);
    }
  });
});

describe('the bounds of a value', () => {
  const bounds = { levels: 2, values: 4, bytes: 40 };
  test.each([
    [{}, undefined],
    [{ a: 1, b: 2, c: 3, d: 4 }, undefined],
    [{ a: 1, b: 2, c: [3, 4] }, 'at most 4 values'],
    [{ a: { b: [] } }, undefined],
    [{ a: { b: [[]] } }, 'at most 2 levels of nesting'],
    [{ a: 'x'.repeat(32) }, undefined],
    [{ a: 'x'.repeat(33) }, 'at most 40 bytes as JSON'],
    [{ a: 'ü'.repeat(17) }, 'at most 40 bytes as JSON'],
  ])('%j', (value, expected) => {
    expect(beyondBounds(value, bounds)).toBe(expected);
  });
});
