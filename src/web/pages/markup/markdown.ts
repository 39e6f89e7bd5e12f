/**
 * Renders a message's Markdown as HTML. All text is escaped, HTML in it stays text, and pictures become their
 * description.
 */
import type { Delete, Emphasis, Nodes, PhrasingContent, RootContent, Strong } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { isLiteral } from '../../../markup/markdown/literal/emphasis.ts';
import { strings } from '../../strings.ts';
import { linkTo } from '../link.ts';
import { type Html, html, none, when } from '../parts/html.ts';

const OPTIONS = {
  extensions: [gfm({ singleTilde: false }), { disable: { null: ['htmlFlow', 'htmlText'] } }],
  mdastExtensions: [gfmFromMarkdown()],
};
/** The history keeps no longer texts; parsing the worst case takes some milliseconds. */
const MAX_UNITS = 4_100;
/** Longer messages are folded after their beginning. */
const SHOWN_BLOCKS = 6;
const SHOWN_UNITS = 700;
const KEPT = 500;

/** The context of a node. */
interface Context {
  /** The complete text. */
  readonly source: string;
  /** Whether the node is inside bold text. */
  readonly bold: boolean;
}

const inside = (nodes: readonly Nodes[], context: Context): Html =>
  html`${nodes.map((node) => element(node, context))}`;

/** Emphasis as in Telegram: `*bold*` and `_italic_`; likely formulas, names and paths stay as typed. */
function emphasis(node: Emphasis | Strong | Delete, context: Context): Html {
  const { source, bold } = context;
  const start = node.position?.start.offset ?? 0;
  const character = source[start] ?? '*';
  const mark = node.type === 'emphasis' ? character : character.repeat(2);
  if (isLiteral(source, start, node.position?.end.offset ?? 0, mark)) {
    return html`${mark}${inside(node.children, context)}${mark}`;
  }
  if (node.type === 'delete') return html`<del>${inside(node.children, context)}</del>`;
  const besideStrong = bold || (node.children.length === 1 && node.children[0]?.type === 'strong');
  return node.type === 'strong' || (mark === '*' && !besideStrong)
    ? html`<strong>${inside(node.children, { source, bold: true })}</strong>`
    : html`<em>${inside(node.children, context)}</em>`;
}

const link = (url: string, children: readonly PhrasingContent[], context: Context): Html =>
  linkTo(url, inside(children, context));

/** Line breaks are kept, as in a chat. */
const lines = (text: string): Html =>
  html`${text.split('\n').map((line, index) => html`${index > 0 ? html`<br>` : none}${line}`)}`;

const table = (node: Extract<Nodes, { type: 'table' }>, context: Context): Html => {
  const [head, ...body] = node.children;
  const row = (cells: (typeof node.children)[number], header: boolean) =>
    html`<tr>${cells.children.map((cell) => (header ? html`<th scope="col">${inside(cell.children, context)}</th>` : html`<td>${inside(cell.children, context)}</td>`))}</tr>`;
  return html`<div class="wide-box" tabindex="0"><table>${head === undefined ? none : html`<thead>${row(head, true)}</thead>`}<tbody>${body.map((cells) => row(cells, false))}</tbody></table></div>`;
};

const list = (node: Extract<Nodes, { type: 'list' }>, context: Context): Html => {
  const items = node.children.map((item) => {
    const box = typeof item.checked === 'boolean' ? (item.checked ? '☑ ' : '☐ ') : '';
    const [only] = item.children;
    // Items of a list without blank lines need no paragraphs.
    const content =
      item.children.length === 1 && only?.type === 'paragraph'
        ? inside(only.children, context)
        : inside(item.children, context);
    return html`<li>${box}${content}</li>`;
  });
  return node.ordered ? html`<ol start="${node.start ?? 1}">${items}</ol>` : html`<ul>${items}</ul>`;
};

function element(node: Nodes, context: Context): Html {
  switch (node.type) {
    case 'text':
      return lines(node.value);
    case 'html':
      return lines(node.value);
    case 'paragraph':
      return html`<p>${inside(node.children, context)}</p>`;
    case 'heading':
      return html`<p class="heading">${inside(node.children, context)}</p>`;
    case 'strong':
    case 'emphasis':
    case 'delete':
      return emphasis(node, context);
    case 'inlineCode':
      return html`<code>${node.value}</code>`;
    case 'code':
      return html`<pre tabindex="0"><code>${node.value}</code></pre>`;
    case 'blockquote':
      return html`<blockquote>${inside(node.children, context)}</blockquote>`;
    case 'break':
      return html`<br>`;
    case 'thematicBreak':
      return html`<hr>`;
    case 'link':
      return link(node.url, node.children, context);
    case 'image':
      return html`${node.alt ?? ''}`;
    case 'list':
      return list(node, context);
    case 'table':
      return table(node, context);
    default:
      return 'children' in node ? inside(node.children, context) : 'value' in node ? lines(node.value) : none;
  }
}

/** The number of blocks before the fold. */
function shownOf(blocks: readonly RootContent[]): number {
  const end = blocks.findIndex(
    (block, index) => index >= SHOWN_BLOCKS || (block.position?.end.offset ?? 0) > SHOWN_UNITS,
  );
  return end < 0 || end === blocks.length - 1 ? blocks.length : Math.max(1, end);
}

function write(text: string): Html {
  const source = text.slice(0, MAX_UNITS);
  const context = { source, bold: false };
  let blocks: readonly RootContent[];
  try {
    blocks = fromMarkdown(source, OPTIONS).children;
  } catch {
    // Too deeply nested: shown as text.
    return html`<p>${lines(text)}</p>`;
  }
  const shown = shownOf(blocks);
  const rest = blocks.slice(shown);
  return html`${inside(blocks.slice(0, shown), context)}${when(rest.length > 0, () => html`<details class="more"><summary>${strings.messages.more}</summary>${inside(rest, context)}</details>`)}`;
}

const written = new Map<string, Html>();

/** Renders Markdown; the latest results are cached, because pages show the same messages again. */
export function markdownOf(text: string): Html {
  const known = written.get(text);
  if (known !== undefined) return known;
  const made = write(text);
  const [oldest] = written.keys();
  if (written.size >= KEPT && oldest !== undefined) written.delete(oldest);
  written.set(text, made);
  return made;
}
