/**
 * A message's Markdown as elements. Everything that is text goes in escaped, HTML in it is text, and pictures are their
 * words.
 */
import type { Delete, Emphasis, Nodes, PhrasingContent, RootContent, Strong } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { isLiteral } from '../../../shared/text/markdown-emphasis.ts';
import { strings } from '../../strings.ts';
import { linkTo } from '../link.ts';
import { type Html, html, none, when } from '../parts/html.ts';

const OPTIONS = {
  extensions: [gfm({ singleTilde: false }), { disable: { null: ['htmlFlow', 'htmlText'] } }],
  mdastExtensions: [gfmFromMarkdown()],
};
/** The history keeps no more; parsing the worst of it takes some milliseconds. */
const MAX_UNITS = 4_100;
/** Longer messages show their beginning, and the rest when asked. */
const SHOWN_BLOCKS = 6;
const SHOWN_UNITS = 700;
const KEPT = 500;

/** Where a node stands. */
interface Around {
  /** The whole text. */
  readonly source: string;
  /** In bold words. */
  readonly bold: boolean;
}

const inside = (nodes: readonly Nodes[], around: Around): Html => html`${nodes.map((node) => element(node, around))}`;

/** Emphasis as Telegram shows it: `*bold*` and `_italic_`; what is more likely a sum, a name or a path stays as typed. */
function emphasis(node: Emphasis | Strong | Delete, around: Around): Html {
  const { source, bold } = around;
  const start = node.position?.start.offset ?? 0;
  const character = source[start] ?? '*';
  const mark = node.type === 'emphasis' ? character : character.repeat(2);
  if (isLiteral(source, start, node.position?.end.offset ?? 0, mark)) {
    return html`${mark}${inside(node.children, around)}${mark}`;
  }
  if (node.type === 'delete') return html`<del>${inside(node.children, around)}</del>`;
  const besideStrong = bold || (node.children.length === 1 && node.children[0]?.type === 'strong');
  return node.type === 'strong' || (mark === '*' && !besideStrong)
    ? html`<strong>${inside(node.children, { source, bold: true })}</strong>`
    : html`<em>${inside(node.children, around)}</em>`;
}

const link = (url: string, children: readonly PhrasingContent[], around: Around): Html =>
  linkTo(url, inside(children, around));

/** Lines stay lines, as in a chat. */
const lines = (text: string): Html =>
  html`${text.split('\n').map((line, index) => html`${index > 0 ? html`<br>` : none}${line}`)}`;

const table = (node: Extract<Nodes, { type: 'table' }>, around: Around): Html => {
  const [head, ...body] = node.children;
  const row = (cells: (typeof node.children)[number], header: boolean) =>
    html`<tr>${cells.children.map((cell) => (header ? html`<th scope="col">${inside(cell.children, around)}</th>` : html`<td>${inside(cell.children, around)}</td>`))}</tr>`;
  return html`<div class="wide-box" tabindex="0"><table>${head === undefined ? none : html`<thead>${row(head, true)}</thead>`}<tbody>${body.map((cells) => row(cells, false))}</tbody></table></div>`;
};

const list = (node: Extract<Nodes, { type: 'list' }>, around: Around): Html => {
  const items = node.children.map((item) => {
    const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : '';
    const [only] = item.children;
    // A list without blank lines needs no paragraphs.
    const content =
      item.children.length === 1 && only?.type === 'paragraph'
        ? inside(only.children, around)
        : inside(item.children, around);
    return html`<li>${box}${content}</li>`;
  });
  return node.ordered ? html`<ol start="${node.start ?? 1}">${items}</ol>` : html`<ul>${items}</ul>`;
};

function element(node: Nodes, around: Around): Html {
  switch (node.type) {
    case 'text':
      return lines(node.value);
    case 'html':
      return lines(node.value);
    case 'paragraph':
      return html`<p>${inside(node.children, around)}</p>`;
    case 'heading':
      return html`<p class="heading">${inside(node.children, around)}</p>`;
    case 'strong':
    case 'emphasis':
    case 'delete':
      return emphasis(node, around);
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return html`<pre tabindex="0"><code>${node.value}</code></pre>`;
    case 'blockquote':
      return html`<blockquote>${inside(node.children, around)}</blockquote>`;
    case 'break':
      return html`<br>`;
    case 'thematicBreak':
      return html`<hr>`;
    case 'link':
      return link(node.url, node.children, around);
    case 'image':
      return html`${node.alt ?? ''}`;
    case 'list':
      return list(node, around);
    case 'table':
      return table(node, around);
    default:
      return 'children' in node ? inside(node.children, around) : 'value' in node ? lines(node.value) : none;
  }
}

/** How many blocks to show at once. */
function shownOf(blocks: readonly RootContent[]): number {
  const end = blocks.findIndex(
    (block, index) => index >= SHOWN_BLOCKS || (block.position?.end.offset ?? 0) > SHOWN_UNITS,
  );
  return end < 0 || end === blocks.length - 1 ? blocks.length : Math.max(1, end);
}

function write(text: string): Html {
  const source = text.slice(0, MAX_UNITS);
  const around = { source, bold: false };
  let blocks: readonly RootContent[];
  try {
    blocks = fromMarkdown(source, OPTIONS).children;
  } catch {
    // Nested too deep to be read as anything but text.
    return html`<p>${lines(text)}</p>`;
  }
  const shown = shownOf(blocks);
  const rest = blocks.slice(shown);
  return html`${inside(blocks.slice(0, shown), around)}${when(rest.length > 0, () => html`<details class="more"><summary>${strings.messages.more}</summary>${inside(rest, around)}</details>`)}`;
}

const written = new Map<string, Html>();

/** Writes Markdown as elements; the last texts are remembered, since pages are looked at again. */
export function markdownOf(text: string): Html {
  const known = written.get(text);
  if (known !== undefined) return known;
  const made = write(text);
  const [oldest] = written.keys();
  if (written.size >= KEPT && oldest !== undefined) written.delete(oldest);
  written.set(text, made);
  return made;
}
