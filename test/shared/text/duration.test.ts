import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Problem } from '../../../src/core/problem.ts';
import { exactDuration, parseDuration, shortDuration } from '../../../src/shared/text/duration.ts';

describe('parseDuration', () => {
  test.each([
    ['0', 0],
    ['90', 90],
    ['30s', 30_000],
    ['30m', 1_800_000],
    ['1h', 3_600_000],
    ['1.5h', 5_400_000],
    [' 6h ', 21_600_000],
    ['1 d', 86_400_000],
    ['2 weeks', 1_209_600_000],
    ['10y', 315_576_000_000],
  ])('reads %j as %d ms', (text, milliseconds) => {
    expect(parseDuration(text, 'cooldown')).toBe(milliseconds);
  });

  test.each(['', '   ', '-1h', 'soon', '1h30m', 'Infinity', '1'.repeat(101), 'NaN'])(
    'refuses %j and names the field',
    (text) => {
      const read = () => parseDuration(text, 'cooldown');
      expect(read).toThrow(Problem);
      expect(read).toThrow(/^cooldown: .* is not a duration/);
    },
  );

  test.each(['11y', '99999d', `${'9'.repeat(90)}d`])('refuses %j as too long', (text) => {
    expect(() => parseDuration(text, 'cooldown')).toThrow(/^cooldown: .* is too long: at most 10y\.$/);
  });

  test('returns a number from 0 to ten years or throws a Problem, whatever it is given', () => {
    const unit = fc.constantFrom('', 'ms', 's', 'm', 'h', 'd', 'w', 'y', 'x');
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.tuple(fc.double(), unit).map(([value, word]) => `${value}${word}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const value = parseDuration(text, 'field');
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(10 * 365.25 * 86_400_000);
        } catch (error) {
          expect(error).toMatchObject({ code: 'bad_duration' });
        }
      }),
    );
  });
});

test('an error shows what was written where that is short', () => {
  expect(() => parseDuration('soon', 'cooldown')).toThrow('cooldown: "soon" is not a duration such as 30m, 6h or 1d.');
  expect(() => parseDuration('y'.repeat(9000), 'cooldown')).toThrow('cooldown: a string of 9000 characters is not a');
});

describe('shortDuration', () => {
  test.each([
    [0, '0ms'],
    [499.6, '500ms'],
    [90_000, '2m'],
    [300_000, '5m'],
    [7_200_000, '2h'],
    [259_200_000, '3d'],
  ])('says %d ms as %j', (milliseconds, text) => {
    expect(shortDuration(milliseconds)).toBe(text);
  });

  test('says whole units so that reading them again gives the same', () => {
    const whole = fc.tuple(fc.integer({ min: 1, max: 23 }), fc.constantFrom(1000, 60_000, 3_600_000));
    fc.assert(
      fc.property(whole, ([count, unit]) => {
        expect(parseDuration(shortDuration(count * unit), 'field')).toBe(count * unit);
      }),
    );
  });
});

describe('exactDuration', () => {
  test.each([
    [0, '0s'],
    [1500, '1500ms'],
    [90_000, '90s'],
    [5_400_000, '90m'],
    [129_600_000, '36h'],
    [604_800_000, '7d'],
  ])('says %d ms as %j, which reads the same again', (milliseconds, text) => {
    expect(exactDuration(milliseconds)).toBe(text);
    expect(parseDuration(text, 'field')).toBe(milliseconds);
  });
});
