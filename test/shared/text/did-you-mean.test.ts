import fc from 'fast-check';
import { expect, test } from 'vitest';
import { didYouMean } from '../../../src/shared/text/did-you-mean.ts';

/** Levenshtein distance by its definition. */
function distance(from: string, to: string): number {
  if (from === '' || to === '') return from.length + to.length;
  const [a, b] = [from.slice(1), to.slice(1)];
  if (from[0] === to[0]) return distance(a, b);
  return 1 + Math.min(distance(a, b), distance(a, to), distance(from, b));
}

const wordOf = (maxLength: number) => fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength });

test('the closest is suggested, at most three letters off and less than half of the word', () => {
  fc.assert(
    fc.property(wordOf(7), fc.array(wordOf(7), { maxLength: 5 }), (word, known) => {
      const near = known
        .map((name) => ({ name, off: distance(word, name) }))
        .filter(({ name, off }) => off <= 3 && off < Math.max(word.length, name.length) / 2)
        .sort((one, other) => one.off - other.off);
      expect(didYouMean(word, known)).toBe(near[0]?.name);
    }),
  );
});

test('case does not count', () => {
  expect(didYouMean('OPERATOR', ['ops', 'Operators'])).toBe('Operators');
});
