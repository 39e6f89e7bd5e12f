import fc from 'fast-check';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { BUTTON_STYLES } from '../../../../src/core/buttons.ts';
import { buttons as inRequests } from '../../../../src/shared/api/buttons/button-schema.ts';
import { buttons as inScripts } from '../../../../src/shared/api/buttons/script-buttons.ts';

const takenByScripts = (value: unknown): boolean => {
  try {
    inScripts(value, 'buttons');
    return true;
  } catch {
    return false;
  }
};
const taken = (value: unknown) => [v.is(inRequests, value), takenByScripts(value)];

const open = { text: 'Open', url: 'https://example.org/' };
const copy = { text: 'Copy', copy: 'x'.repeat(256) };
const run = { text: 'Run', send: `/run ${'é'.repeat(26)}` };

describe('buttons', () => {
  test.each<[string, unknown]>([
    ['none', []],
    ['a list', [open, copy, run]],
    ['rows', [[open, copy], [run]]],
    ['a full row', [Array(8).fill(run)]],
    [
      'a hundred',
      Array(50).fill([
        { text: 'a', send: 'b' },
        { text: 'c', copy: 'd' },
      ]),
    ],
    ['styles', [BUTTON_STYLES.map((style) => ({ ...open, style }))]],
    ['a copied text of several lines', [{ text: 'a', copy: 'b\n\tc' }]],
  ])('may be %s', (_what, value) => {
    expect(taken(value)).toEqual([true, true]);
    expect(inScripts(value, 'buttons')).toEqual(v.parse(inRequests, value));
  });

  test.each<[string, unknown]>([
    ['a button alone', open],
    ['words', ['Open']],
    ['rows of rows', [[[open]]]],
    ['a row among buttons', [open, [copy]]],
    ['an empty row', [[]]],
    ['nine in a row', [Array(9).fill(run)]],
    ['a hundred and one', Array(101).fill({ text: 'a', send: 'b' })],
    ['without an action', [{ text: 'a' }]],
    ['with two actions', [{ ...open, copy: 'x' }]],
    ['with an action that is null', [{ text: 'a', send: null }]],
    ['with a blank action', [{ text: 'a', send: ' ' }]],
    ['that copy too much', [{ text: 'a', copy: 'x'.repeat(257) }]],
    ['that send too much', [{ text: 'a', send: 'é'.repeat(30) }]],
    ['that send two lines', [{ text: 'a', send: '/run a\n/unlink' }]],
    ['in another colour', [{ ...open, style: 'red' }]],
    ['without a label', [{ url: 'https://example.org/' }]],
    ['too long together', [Array(8).fill({ text: 'a', url: `https://x.org/${'y'.repeat(1200)}` })]],
  ])('may not be %s', (_what, value) => {
    expect(taken(value)).toEqual([false, false]);
  });

  test('are judged alike in requests and in the output of scripts', () => {
    const words = fc.constantFrom(
      'a',
      '',
      ' ',
      'x'.repeat(64),
      'x'.repeat(65),
      'é'.repeat(29),
      'a\nb',
      'https://x.org',
      7,
      null,
    );
    const button = fc.record(
      { text: words, url: words, copy: words, send: words, style: fc.constantFrom('danger', 'x') },
      { requiredKeys: [] },
    );
    const item = fc.oneof(button, fc.array(button, { maxLength: 9 }), fc.constantFrom(1, 'a', null));
    fc.assert(
      fc.property(fc.oneof(fc.array(item, { maxLength: 4 }), item), (value) => {
        const [request, script] = taken(value);
        expect(script).toBe(request);
      }),
      { numRuns: 2000 },
    );
  });
});
