/**
 * Renders Telegram's HTML: https://core.telegram.org/bots/api#html-style
 *
 * Only escaped text and checked link addresses of the message reach the page; every element is written here.
 */
import { strings } from '../../strings.ts';
import { linkTo } from '../link.ts';
import { each, type Html, html, none } from '../parts/html.ts';

type Write = (inside: Html, attributes: string) => Html;

const spoiler: Write = (inside) =>
  html`<details class="spoiler"><summary>${strings.messages.spoiler}</summary><span>${inside}</span></details>`;

const WRITE: ReadonlyMap<string, Write> = new Map<string, Write>([
  ...['b', 'strong'].map((tag): [string, Write] => [tag, (inside) => html`<strong>${inside}</strong>`]),
  ...['i', 'em'].map((tag): [string, Write] => [tag, (inside) => html`<em>${inside}</em>`]),
  ...['u', 'ins'].map((tag): [string, Write] => [tag, (inside) => html`<u>${inside}</u>`]),
  ...['s', 'strike', 'del'].map((tag): [string, Write] => [tag, (inside) => html`<del>${inside}</del>`]),
  ['tg-spoiler', spoiler],
  [
    'span',
    (inside, attributes) => (/\bclass\s*=\s*["']?tg-spoiler\b/i.test(attributes) ? spoiler(inside, '') : inside),
  ],
  ['tg-emoji', (inside) => inside],
  ['a', (inside, attributes) => linkTo(addressIn(attributes), inside)],
  ['code', (inside) => html`<code>${inside}</code>`],
  ['pre', (inside) => html`<pre tabindex="0">${inside}</pre>`],
  ['blockquote', (inside) => html`<blockquote>${inside}</blockquote>`],
]);
const BLOCKS: ReadonlySet<string> = new Set(['pre', 'blockquote']);

const NAMED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"' };
const MOST_CODE_POINT = 0x10_ffff;

/** Decodes the entities that Telegram supports; others stay as typed. */
function readEntities(text: string): string {
  return text.replace(/&(?:(lt|gt|amp|quot)|#(\d{1,7})|#x([\da-f]{1,6}));/gi, (typed, name, decimal, hexadecimal) => {
    if (name !== undefined) return NAMED[name.toLowerCase()] ?? typed;
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code > 0 && code <= MOST_CODE_POINT ? String.fromCodePoint(code).toWellFormed() : typed;
  });
}

function addressIn(attributes: string): string {
  const [, double, single, bare] = /\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/i.exec(attributes) ?? [];
  return readEntities(double ?? single ?? bare ?? '').trim();
}

interface Open {
  readonly tag: string;
  readonly attributes: string;
  readonly inside: Html[];
}

const PIECES = /<(?<end>\/?)(?<tag>[a-z][a-z\d-]*)(?<attributes>(?:\s[^<>]*)?)>|(?<text>[^<]+|<)/gi;
/** Deeper than any real message; Telegram supports less. */
const MOST_OPEN = 40;
/** A text of this length was truncated by the history, possibly within an element. */
const CUT_UNITS = 4_096;

/** @returns `undefined` for text that Telegram would refuse, such as an unknown or unclosed element */
export function telegramHtmlOf(source: string): Html | undefined {
  const whole: Open = { tag: '', attributes: '', inside: [] };
  const open = [whole];
  const innermost = () => open.at(-1) ?? whole;
  let afterBlock = false;
  const close = () => {
    const { tag, attributes, inside } = open.pop() ?? whole;
    innermost().inside.push(
      WRITE.get(tag)?.(
        each(inside, (piece) => piece),
        attributes,
      ) ?? none,
    );
    afterBlock = BLOCKS.has(tag);
  };
  for (const { groups = {} } of source.matchAll(PIECES)) {
    const { text, end, attributes = '' } = groups;
    if (text !== undefined) {
      // A block already begins and ends a line.
      const words = afterBlock ? text.replace(/^\n/, '') : text;
      innermost().inside.push(html`${readEntities(words)}`);
      afterBlock = false;
      continue;
    }
    const tag = groups.tag?.toLowerCase() ?? '';
    if (!WRITE.has(tag) || open.length > MOST_OPEN) return undefined;
    if (end !== '/') open.push({ tag, attributes, inside: [] });
    else if (innermost().tag === tag) close();
    else return undefined;
  }
  if (open.length > 1 && source.length < CUT_UNITS) return undefined;
  while (open.length > 1) close();
  return html`<div class="typed">${each(whole.inside, (piece) => piece)}</div>`;
}
