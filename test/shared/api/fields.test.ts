import * as v from 'valibot';
import { expect, test } from 'vitest';
import { duration } from '../../../src/shared/api/fields.ts';
import { busyMs } from '../../support/busy-ms.ts';

test.each(['30m', ' 6h ', '1d'])('%j is a duration', (text) => {
  expect(v.is(duration, text)).toBe(true);
});

test.each(['', ' ', '5', ' 1.5 ', '0m', 'soon'])('%j is none', (text) => {
  expect(v.is(duration, text)).toBe(false);
});

test('a body of spaces is refused at once', () => {
  const before = busyMs();
  expect(v.is(duration, `${' '.repeat(200_000)}x`)).toBe(false);
  // A millisecond of a processor; half a minute where each space is tried with each other.
  expect(busyMs() - before).toBeLessThan(500);
});
