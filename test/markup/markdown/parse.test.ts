import * as fc from 'fast-check';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { describe, expect, test } from 'vitest';
import { parseMarkdown } from '../../../src/markup/markdown/parse.ts';

/** Beginnings and pieces of what GitHub's additions know, and of what stands around it. */
const PIECES = [
  ...['a', 'Bc', ' ', '  ', '\n', '\n\n', '.', '1.', '- ', '> ', '# ', '`', '```\n', '*', '**', '_', '\\', '!'],
  ...['|', '-', ':', '---', ':-', '-:', '~', '~~', '[', ']', '(', ')', '[ ]', '[x]', '[^', '[^1]', '[^1]: ', '<', '>'],
  ...[
    '://',
    'https://',
    'www.',
    'WWW.',
    '@',
    'b.org',
    '&#64;',
    '&amp;',
    '&vert;',
    '&colon;',
    '<b>',
    '</b>',
    '<!--',
    '-->',
  ],
];

const withGitHub = (source: string) =>
  fromMarkdown(source, {
    extensions: [gfm({ singleTilde: false }), { disable: { null: ['htmlFlow'] } }],
    mdastExtensions: [gfmFromMarkdown()],
  });

/** What the reader uses of a tree: types, values and addresses, with text that stands together in one piece. */
function outline(node: object): unknown {
  const { type, value, url, checked, children } = node as Record<string, unknown>;
  const inside = (Array.isArray(children) ? children : []).map(outline) as { type?: string; value?: string }[];
  const merged = inside.reduce<{ type?: string; value?: string }[]>((all, one) => {
    const last = all.at(-1);
    if (last?.type === 'text' && one.type === 'text') last.value = `${last.value}${one.value}`;
    else all.push({ ...one });
    return all;
  }, []);
  return { type, value, url, checked, children: merged };
}

describe('a text', () => {
  test('without a mark of GitHub’s is parsed as with its additions', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }), (pieces) => {
        const source = pieces.join('');
        // Lines of a paragraph keep their indentation here, and moments are not GitHub's.
        fc.pre(!/\n[ \t]/.test(source));
        expect(outline(parseMarkdown(source))).toEqual(outline(withGitHub(source)));
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    ['a|b\n-|-\n1|2', 'table'],
    ['a\n:-', 'table'],
    ['a\n-:\n', 'table'],
    ['~~gone~~', 'delete'],
    ['- [ ] do', 'list'],
    ['x[^1]\n\n[^1]: y', 'footnoteReference'],
    ['see www.example.org', 'link'],
    ['see WWW.example.org', 'link'],
    ['see https://example.org/a_b_c', 'link'],
    ['mail me@example.org', 'link'],
    ['mail me&#64;example.org', 'link'],
  ])('with one has them: %j', (source, type) => {
    expect(JSON.stringify(outline(parseMarkdown(source)))).toContain(`"type":"${type}"`);
  });
});
