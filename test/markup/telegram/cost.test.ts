import { expect, test } from 'vitest';
import { renderParts } from '../../../src/bot/telegram/render/parts.ts';
import { busyMs } from '../../support/busy-ms.ts';

/** Milliseconds of a processor; each of these takes less than a tenth of it. */
const MOST_MS = 2500;

test.each<['HTML' | 'MarkdownV2', string, string]>([
  ['HTML', 'line ends', `${'\n'.repeat(99_999)}x`],
  [
    'HTML',
    'deep lists with long numbers',
    '<ol start="99999999999999999999"><li>'.repeat(29) + '<b>a</b>\n'.repeat(7000),
  ],
  ['HTML', 'deep lists of short lines', '<ol start="99999999999999999999"><li>'.repeat(29) + 'a\n'.repeat(45_000)],
  ['HTML', 'formats that do not end', '<b><i><u><s>'.repeat(8000)],
  ['HTML', 'formats of white space', '<b> '.repeat(24_990)],
  ['HTML', 'words in tags that mean nothing', `<span>${'a<br>'.repeat(19_990)}</span>`],
  ['HTML', 'angle brackets', '<'.repeat(99_999)],
  ['HTML', 'ampersands', '&'.repeat(99_999)],
  ['HTML', 'links', '<a href="http://a.example/">x</a>'.repeat(3000)],
  ['HTML', 'code in formats', `<b><i><u><s><tg-spoiler>${'<code>a</code> '.repeat(6500)}`],
  ['MarkdownV2', 'beginnings of links', '[a]('.repeat(25_000)],
  ['MarkdownV2', 'code', '`a` '.repeat(25_000)],
  ['MarkdownV2', 'brackets', '['.repeat(99_999)],
  ['MarkdownV2', 'marks', '__a_'.repeat(24_999)],
  ['MarkdownV2', 'a fence of escapes', `\`\`\`${'\\\\'.repeat(49_000)}`],
  ['MarkdownV2', 'brackets behind a mark without its end', `*${'[^1]+'.repeat(20_000)}`],
  ['MarkdownV2', 'marks in a time that is none', `![${'a*b* '.repeat(19_990)}](tg://time?unix=x)`],
  ['MarkdownV2', 'quotes', '>a\n'.repeat(33_000)],
])('%s with %s costs time that grows with its length only', (parseMode, _what, text) => {
  const before = busyMs();
  const parts = renderParts({ text, parseMode }, []);
  expect(busyMs() - before).toBeLessThan(MOST_MS);
  expect(parts.length).toBeLessThanOrEqual(5);
});
