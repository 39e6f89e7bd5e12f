import { expect, test } from 'vitest';
import { momentWords } from '../../src/web/browser/moment.ts';

const at = new Date('2026-01-30T12:00:05Z');
const before = (seconds: number) => at.getTime() - seconds * 1000;

test.each([
  ['t', '13:00'],
  ['T', '13:00:05'],
  ['d', '30/01/2026'],
  ['D', '30 January 2026'],
  ['Dt', '30 January 2026 at 13:00'],
  ['wDt', 'Friday, 30 January 2026 at 13:00'],
])('a moment with the format %s is shown in the reader’s zone', (format, words) => {
  expect(momentWords(at, format, 0, 'Europe/Berlin')).toBe(words);
});

test.each([
  [before(0), 'now'],
  [before(90), 'in 1 minute'],
  [before(-3 * 3600), '3 hours ago'],
  [before(2 * 86_400), 'in 2 days'],
  [before(-400 * 86_400), 'last year'],
])('a moment seen from %d is relative with the format r', (now, words) => {
  expect(momentWords(at, 'r', now)).toBe(words);
});
