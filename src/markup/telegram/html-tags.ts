/** The tags that are understood, by what becomes of them. https://core.telegram.org/bots/api#html-style, and HTML's own lists and lines. */
import type { Format } from './nodes.ts';

/** Formats of words. `span` is a spoiler by its class. */
export const FORMATS: ReadonlyMap<string, Format> = new Map([
  ['b', 'bold'],
  ['strong', 'bold'],
  ['i', 'italic'],
  ['em', 'italic'],
  ['u', 'underline'],
  ['ins', 'underline'],
  ['s', 'strikethrough'],
  ['strike', 'strikethrough'],
  ['del', 'strikethrough'],
  ['tg-spoiler', 'spoiler'],
]);

/** Fixed-width words. */
export const CODE: ReadonlySet<string> = new Set(['code', 'kbd', 'samp', 'tt']);

export const LISTS: ReadonlySet<string> = new Set(['ul', 'ol']);
export const HEADINGS: ReadonlySet<string> = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6']);

/** Stand on lines of their own. */
export const BLOCKS: ReadonlySet<string> = new Set(
  'article caption center dd details div dl dt figcaption figure footer header main section summary table'.split(' '),
);

/** Nothing in a message corresponds to these; their content stays. */
export const TRANSPARENT: ReadonlySet<string> = new Set(
  'abbr big body cite font html label mark small span sub sup tbody tfoot thead'.split(' '),
);

/** Tags without an end. */
export const VOID: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'wbr']);

/** The rest, each with a meaning of its own. */
const OTHER: ReadonlySet<string> = new Set([
  'a',
  'blockquote',
  'li',
  'p',
  'pre',
  'td',
  'tg-emoji',
  'tg-time',
  'th',
  'tr',
]);

/** Whether a tag is markup; any other is words. */
export const isKnownTag = (name: string): boolean =>
  [FORMATS, CODE, LISTS, HEADINGS, BLOCKS, TRANSPARENT, VOID, OTHER].some((known) => known.has(name));

/** Elements whose end tag may be left out: what their start ends, inside the innermost of `within`. */
export const ENDS: ReadonlyMap<string, { readonly open: readonly string[]; readonly within: readonly string[] }> =
  new Map([
    ['li', { open: ['li'], within: [...LISTS] }],
    ['td', { open: ['td', 'th'], within: ['tr', 'table'] }],
    ['th', { open: ['td', 'th'], within: ['tr', 'table'] }],
    ['tr', { open: ['tr'], within: ['table'] }],
  ]);

/** Whether a tag ends a paragraph that is open. */
export const endsParagraph = (name: string): boolean =>
  LISTS.has(name) ||
  HEADINGS.has(name) ||
  BLOCKS.has(name) ||
  ['p', 'li', 'tr', 'blockquote', 'pre', 'hr'].includes(name);
