import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/markup/markdown/markdown.ts';
import { shown } from '../telegram/shown.ts';
import { MORE_OUTPUTS } from './more-program-output.ts';
import { OUTPUTS } from './program-output.ts';

const ALL = [...OUTPUTS, ...MORE_OUTPUTS];

/** As a reader sees it: the indentation that all lines share and white space at their ends say nothing. */
function seen(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return lines
    .map((line) => line.slice(shared))
    .join('\n')
    .trimEnd();
}

describe('a program’s output', () => {
  test('is tried in a hundred forms', () => {
    expect(ALL.length).toBeGreaterThanOrEqual(100);
  });

  test.each(ALL)('%j is shown as typed', (output) => {
    const { text, entities } = renderMarkdown(output);
    expect(seen(text)).toBe(seen(output));
    expect(entities.filter(({ type }) => type !== 'pre')).toEqual([]);
  });

  test.each(ALL)('%j is shown as typed below a person’s words', (output) => {
    const { text, entities } = renderMarkdown(`The **job** said:\n\n${output}`);
    expect(seen(text.replace('The job said:\n\n', ''))).toBe(seen(output));
    expect(entities.filter(({ type }) => type !== 'pre')).toEqual([{ type: 'bold', offset: 4, length: 3 }]);
  });
});

describe('a person’s Markdown', () => {
  test.each<[source: string, text: string, ...entities: string[]]>([
    ['- one\n- two', '• one\n• two'],
    ['+ one\n+ two', '• one\n• two'],
    ['* one\n* two', '• one\n• two'],
    ['- 3 hosts are down\n- 12 are up', '• 3 hosts are down\n• 12 are up'],
    ['- **Revenue**: 12\n- Cost: -3', '• Revenue: 12\n• Cost: -3', 'bold: Revenue'],
    ['* main points\n* more', '• main points\n• more'],
    ['> a quote\n> of two lines', 'a quote\nof two lines', 'blockquote: a quote\nof two lines'],
    ['> quoted\n\nanswer', 'quoted\n\nanswer', 'blockquote: quoted'],
    ['# Report\n\nAll is well', 'Report\n\nAll is well', 'bold: Report'],
    ['# Report\nAll is well', 'Report\nAll is well', 'bold: Report'],
    ['## Load\ntext\n## Disk\ntext', 'Load\ntext\nDisk\ntext', 'bold: Disk', 'bold: Load'],
    ['1\\. not a list, \\*not bold\\*, \\# no heading', '1. not a list, *not bold*, # no heading'],
    ['a \\_b\\_ \\[c\\] \\<d\\> \\~e', 'a _b_ [c] <d> ~e'],
    ['3\\.50 \\- 12\\!', '3.50 - 12!'],
    ['C:\\\\dir\\\\\\*x', 'C:\\dir\\*x'],
    ['line one\\\nline two', 'line one\nline two'],
    ['*🔥* and **!**', '🔥 and **!**', 'bold: 🔥'],
    ['`a` and `b`', 'a and b', 'code: a', 'code: b'],
    ['<https://x.org/>', 'https://x.org/'],
    [
      '**1) Check**\n*Done :)*\n_a) first_',
      '1) Check\nDone :)\na) first',
      'bold: 1) Check',
      'bold: Done :)',
      'italic: a) first',
    ],
    ['(note) *bold* "*quoted*" (*x*)', '(note) bold "quoted" (x)', 'bold: bold', 'bold: quoted', 'bold: x'],
    [
      '2026-11-26 03:14 *Done* on `db`\n2026-11-26 04:14 *Failed*',
      '2026-11-26 03:14 Done on db\n2026-11-26 04:14 Failed',
      'bold: Done',
      'bold: Failed',
      'code: db',
    ],
    ['*CPU*    5%    ok\n*Mem*    70%   bad', 'CPU    5%    ok\nMem    70%   bad', 'bold: CPU', 'bold: Mem'],
    [
      'Hello,  fine.  *Really*.\nNext.  Also.  **Yes**.',
      'Hello,  fine.  Really.\nNext.  Also.  Yes.',
      'bold: Really',
      'bold: Yes',
    ],
    ['a,b,c *x*\nd,e,f *y*', 'a,b,c x\nd,e,f y', 'bold: x', 'bold: y'],
    ['ok, *a*, b, c\nno, *d*, e, f', 'ok, a, b, c\nno, d, e, f', 'bold: a', 'bold: d'],
    [
      '#1 *winner*\ntotal 3 *files*\ncommit abc1234 was *bad*',
      '#1 winner\ntotal 3 files\ncommit abc1234 was bad',
      'bold: bad',
      'bold: files',
      'bold: winner',
    ],
    [
      'SELECT your *options* now\nUpdate *it* set',
      'SELECT your options now\nUpdate it set',
      'bold: it',
      'bold: options',
    ],
    ['{\n*hello*\n}\n[Report] *ok*', '{\nhello\n}\n[Report] ok', 'bold: hello', 'bold: ok'],
    ['__Note__: see __this__', 'Note: see this', 'bold: Note', 'bold: this'],
  ])('%j stays formatted', (source, text, ...entities) => {
    expect(shown(renderMarkdown(source))).toEqual([text, ...entities.sort()]);
  });
});
