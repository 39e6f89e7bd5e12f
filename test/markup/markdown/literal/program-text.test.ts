import { describe, expect, test } from 'vitest';
import {
  areSigns,
  areStars,
  isComment,
  isComparison,
  isLiteralBackslash,
  isLiteralLineEnd,
} from '../../../../src/markup/markdown/literal/program-text.ts';

describe('a backslash', () => {
  test.each([
    ['C:\\.git', 2],
    ['(C:\\_x)', 3],
    ['^\\d+\\.\\d+$', 4],
    ['\\\\srv\\a\\.b', 7],
    ['.*\\.log', 2],
    ['s/\\./_/', 2],
    ['cost \\$5', 5],
  ])('in %j is part of a path or pattern', (source, at) => {
    expect(source[at]).toBe('\\');
    expect(isLiteralBackslash(source, at)).toBe(true);
  });

  test.each([
    ['\\*x\\*', 0],
    ['1\\.', 1],
    ['C:\\\\dir', 2],
    ['^\\*x$', 1],
    ['a\\_b', 1],
    ['3\\.50\\!', 1],
  ])('in %j escapes a mark', (source, at) => {
    expect(source[at]).toBe('\\');
    expect(isLiteralBackslash(source, at)).toBe(false);
  });

  test.each([
    ['run \\', 4, true],
    ['D:\\b\\', 4, true],
    ['one\\', 3, false],
  ])('at the end of %j stays: %s', (source, at, stays) => {
    expect(isLiteralLineEnd(source, at)).toBe(stays);
  });
});

test.each<[items: readonly string[], opposed: boolean, signs: boolean]>([
  [['- 12.50', '- 3'], false, true],
  [['- 12 %'], false, true],
  [['- €5'], false, true],
  [['+ 3 files'], false, true],
  [['- 3 files'], false, false],
  [['- 3', '- word'], false, false],
  [['- old'], true, true],
  [['* 3'], true, false],
])('%j are signs: %s, %s', (items, opposed, signs) => {
  expect(areSigns(items, opposed)).toBe(signs);
});

test.each([
  [['* 31ceb72 Fix', '* 0631435 Add'], true],
  [['* Connected to x.org'], true],
  [['* one', '* two'], false],
  [['* defaced walls'], false],
])('%j are a program’s stars: %s', (items, stars) => {
  expect(areStars(items)).toBe(stars);
});

test.each([
  [['>90% used'], true],
  [['> 5 GB', '> 6 GB'], true],
  [['>>> print(x)', '42'], true],
  [['> GET / HTTP/1.1', '> Host: x.org'], true],
  [['> a quote', '> 5 lines'], false],
  [['>> older'], false],
])('%j is a comparison or a prompt: %s', (lines, comparison) => {
  expect(isComparison(lines)).toBe(comparison);
});

test.each([
  ['# one', '', '# two', true],
  ['# a = b', '', '', true],
  ['# the port', '', 'port = 80', true],
  ['# Report', '', 'All is well', false],
  ['## Load', '', '## Disk', false],
])('%j between %j and %j is a comment: %s', (text, before, after, comment) => {
  expect(isComment(text, before, after)).toBe(comment);
});
