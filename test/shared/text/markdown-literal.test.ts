import { expect, test } from 'vitest';
import { compose } from '../../../src/bot/telegram/render/compose.ts';
import { literal } from '../../../src/shared/text/markdown-literal.ts';

test.each([
  ['# notify: schedule: "99 * * * *" is not a cron schedule'],
  ['image_path: expected a path, found "*bold* _it_ __x__ ~~y~~ `z`".'],
  ["It ended with exit code 1 (KeyError: '<b>a</b> &amp; [x](https://example.org) C:\\dir')."],
  ['- a\n1. b\n2) c\n> d\n+ e'],
])('the literal %j is shown as it is', (text) => {
  const formatted = compose({ text: literal(text), parseMode: 'Markdown' });
  expect(formatted.text).toBe(text);
  expect(formatted.entities).toEqual([]);
});
