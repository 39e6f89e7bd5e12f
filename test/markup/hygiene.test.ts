import { expect, test } from 'vitest';
import { cleanText, isBlank } from '../../src/markup/hygiene.ts';
import { formatText } from '../../src/sandbox/text/formatted.ts';

test.each(['Ma\u030alstro\u0308m', 'A\u030angstro\u0308m', 'u\u030a b'])('%j keeps its ring in Telegram', (typed) => {
  const { text } = formatText(cleanText(typed), '', [], 4096);
  expect(text.normalize('NFC')).toBe(typed.normalize('NFC'));
});

test.each(['\u0333', ' \u033f\u030a ', '\u202e\u2028', '\u200b'])('%j is blank', (text) => {
  expect(isBlank(text)).toBe(true);
});
