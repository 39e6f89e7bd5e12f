import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose } from '../../../src/bot/telegram/render/compose.ts';
import { renderMarkdown } from '../../../src/markup/markdown/markdown.ts';
import {
  codeBlock,
  foldedCodeBlock,
  lastLine,
  markdownPath,
  plain,
  printable,
  sentenceMarkdown,
} from '../../../src/runner/text/plain-text.ts';

test('a foreign text is printed on one line without control characters', () => {
  expect(printable('no\u001b[31m red\u0007\nline\u009b2J ')).toBe('no red line2J');
});

test('a path is one line of code', () => {
  expect(markdownPath('/a`b\nc')).toBe("`/a'b c`");
});

describe('the last line', () => {
  test.each([
    ['', ''],
    [' \n\n', ''],
    ['first\nsecond\n', ' (second)'],
    [`${'x'.repeat(200)}\n`, ` (${'x'.repeat(159)}…)`],
  ])('of %j', (stderr, line) => {
    expect(lastLine(stderr)).toBe(line);
  });
});

describe('a code block', () => {
  test('holds the end of an output and cannot be left by it', () => {
    expect(codeBlock(`${'x'.repeat(3000)}end\n`)).toMatch(/^\n\n```\n…x{1497}end\n```$/);
    expect(codeBlock('a ``` b')).toBe("\n\n```\na ''' b\n```");
  });

  test('is left out without output', () => {
    expect(codeBlock(' \n\u001b[0m\n')).toBe('');
  });
});

describe('a long output', () => {
  test('is folded in a quote, a short one is not', () => {
    expect(foldedCodeBlock('a\nb\nc\n')).toBe('\n\n```\na\nb\nc\n```');
    expect(foldedCodeBlock('a\n\n  b\nc\n')).toBe('\n\n> ```\n> a\n>\n>   b\n> c\n> ```');
    expect(foldedCodeBlock(' \n')).toBe('');
  });

  test('is shown as it was printed, whatever it holds', () => {
    const line = fc.constantFrom(
      '> a',
      '```',
      '- b',
      '# c',
      '',
      '    d',
      '\te',
      '| f | g |',
      '|--|--|',
      '*h*',
      '<t:1>',
      '~~~',
      '=====',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string()), { minLength: 4, maxLength: 30 }), (lines) => {
        const printed = plain(lines.join('\n')).trim();
        fc.pre(printed.split('\n').length > 3);
        const { text, entities } = renderMarkdown(`It failed.${foldedCodeBlock(printed)}\n\n_No more._`);
        expect(entities.map(({ type }) => type)).toEqual(['expandable_blockquote', 'pre', 'italic']);
        const words = (shown: string) => shown.replaceAll("'''", '```').replace(/\s+/g, ' ');
        expect(words(text)).toBe(words(`It failed. ${printed} No more.`));
      }),
    );
  });
});

test('a sentence makes no links of the names in it', () => {
  const sentence = '"x_y.PY" is *skipped*: rename it to x_y.py, on srv.example.com; see /srv/a.sh';
  const { text, entities } = compose({ text: sentenceMarkdown(sentence), parseMode: 'Markdown' });
  expect(text).toBe(sentence);
  expect(entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)])).toEqual([
    ['code', 'x_y.PY'],
    ['code', 'x_y.py'],
    ['code', 'srv.example.com'],
  ]);
});
