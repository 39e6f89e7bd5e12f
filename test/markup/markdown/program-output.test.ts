import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/markup/markdown/markdown.ts';
import { shown } from '../telegram/shown.ts';
import { OUTPUTS } from './program-output.ts';

/** As a reader sees it: the indentation that all lines share and white space at their ends say nothing. */
function seen(text: string): string {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const indents = lines.filter((line) => line !== '').map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const shared = Math.min(...indents);
  return lines.map((line) => line.slice(shared)).join('\n');
}

describe('a program’s output', () => {
  test('is tried in a hundred forms', () => {
    expect(OUTPUTS.length).toBeGreaterThanOrEqual(100);
  });

  test.each(OUTPUTS)('%j is shown as typed', (output) => {
    const { text, entities } = renderMarkdown(output);
    expect(seen(text)).toBe(seen(output));
    expect(entities.filter(({ type }) => type !== 'pre')).toEqual([]);
  });

  test.each(OUTPUTS)('%j is shown as typed below a person’s words', (output) => {
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
  ])('%j stays formatted', (source, text, ...entities) => {
    expect(shown(renderMarkdown(source))).toEqual([text, ...entities.sort()]);
  });
});
