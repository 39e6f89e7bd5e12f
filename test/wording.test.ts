/**
 * No behaviour depends on the wording of a sentence: errors carry codes, and code compares codes. This finds tests of
 * messages, sentences and reasons in the source. Only Telegram's descriptions are matched, since its Bot API gives many
 * refusals no code of their own.
 */
import { expect, test } from 'vitest';
import { readSources } from '../scripts/dev/layout.js';

/** The text of an error. A bare `message` is one of a chat, whose text is data. */
const NAMES = String.raw`(?:(?:error|problem|cause|failure|end|err)\??\.message|sentence|reason|description|lastError|detail)`;
const MAKERS = '(?:sentenceOf|describeError|reasonOf)';
/** A property or variable of that name, or a call that makes a sentence of an error. */
const SENTENCE = String.raw`(?:\b${NAMES}\b|\b${MAKERS}\([^()]*\))`;
const WORDING = new RegExp(
  [
    String.raw`${SENTENCE}(?:\s*\?\?\s*'')?\)?\??\.(?:includes|startsWith|endsWith|indexOf|match|matchAll|search|split)\(`,
    String.raw`\.(?:test|exec)\((?:[\w?]+\.)*${SENTENCE}`,
    // A constant or a text, but not a single word, which may be a code.
    String.raw`${SENTENCE}\s*[!=]==?\s*(?:[A-Z][A-Z_]+\b|['"\x60][^'"\x60]*\s[^'"\x60]*['"\x60])`,
    String.raw`(?:\b[A-Z][A-Z_]+|['"\x60][^'"\x60]*\s[^'"\x60]*['"\x60])\s*[!=]==?\s*(?:[\w?]+\.)*${SENTENCE}`,
    String.raw`switch\s*\((?:[\w?]+\.)*${SENTENCE}\)`,
  ].join('|'),
  'g',
);

/** Files that may match Telegram's descriptions, or, in the sandbox, make them. https://core.telegram.org/api/errors */
const TELEGRAM = [
  'bot/telegram/classify.ts',
  'bot/telegram/sending/chat-refusal.ts',
  'bot/telegram/sending/simpler.ts',
  'sandbox/methods/send-album.ts',
];

const found = (text: string) => text.match(WORDING) ?? [];

test('no source file tests the wording of a sentence', () => {
  const wrong = readSources()
    .filter(({ name }) => !TELEGRAM.includes(name))
    .flatMap(({ name, text }) => found(text).map((code) => `${name}: ${code}`));
  expect(wrong).toEqual([]);
});

test('only the files that may match Telegram’s descriptions do', () => {
  const matching = readSources().filter(({ name, text }) => TELEGRAM.includes(name) && found(text).length > 0);
  expect(matching.map(({ name }) => name)).toEqual(TELEGRAM);
});

test.each([
  "if (error.message.includes('not found')) return;",
  "problem.sentence.startsWith('Telegram is away')",
  'if (problem?.sentence === BAD_TOKEN) return;',
  "error.message === 'fetch failed'",
  "'fetch failed' === error.message",
  '/401|404/.test(error.description)',
  '/401/.exec(reason)',
  "sentenceOf(error).split(':')[0]",
  "(body.reason ?? '').includes('link')",
  'switch (error.message) {',
])('a test of wording is found: %s', (code) => {
  expect(found(code)).not.toEqual([]);
});

test.each([
  "error.code === 'not_linked'",
  "why === 'flood'",
  'reason === undefined',
  'const same = known.reason === reason;',
  'log.warn({ code: error.code }, error.message)',
  "typeof reason === 'string'",
])('what compares no wording is left alone: %s', (code) => {
  expect(found(code)).toEqual([]);
});
