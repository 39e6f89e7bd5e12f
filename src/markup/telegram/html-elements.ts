import { linkable } from '../links.ts';
import { BLOCKS, CODE, FORMATS, HEADINGS, LISTS } from './html-tags.ts';
import { emojiNode, type Node, textOf, timeNode, words } from './nodes.ts';

/** A tag with what stood in it so far. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Node[];
  /** The number of a list's next entry; `undefined` where it has bullets. */
  next?: number;
}

const RULE = '———';

const isBlank = (node: Node) => node.kind === 'words' && node.text.trim() === '';

/** A block of code is words alone; the line ends right behind its start tag and before its end tag are no part of it. */
function preNode(children: readonly Node[]): Node {
  const [only, ...more] = children.filter((node) => !isBlank(node));
  const language = only?.kind === 'code' && more.length === 0 ? only.language : undefined;
  const text = textOf(children)
    .replace(/^\r?\n/, '')
    .trimEnd();
  return language === undefined ? { kind: 'pre', text } : { kind: 'pre', text, language };
}

function linkNode(attributes: ReadonlyMap<string, string>, children: readonly Node[]): readonly Node[] {
  const url = (attributes.get('href') ?? '').trim() || textOf(children).trim();
  const isAnchor = !attributes.has('href') && linkable(url) === undefined;
  return isAnchor || url === '' ? children : [{ kind: 'link', url, children }];
}

/** What an element becomes. @param list the list that an entry stands in */
export function nodesOf({ name, attributes, children }: Element, list: Element | undefined): readonly Node[] {
  const format = FORMATS.get(name);
  if (format !== undefined) return [{ kind: 'format', type: format, children }];
  if (CODE.has(name)) {
    const language = /(?:^|\s)language-(\S+)/.exec(attributes.get('class') ?? '')?.[1];
    return [{ kind: 'code', text: textOf(children), ...(language === undefined ? {} : { language }) }];
  }
  if (HEADINGS.has(name)) {
    return [{ kind: 'block', lines: 2, children: [{ kind: 'format', type: 'bold', children }] }];
  }
  if (BLOCKS.has(name) || LISTS.has(name)) return [{ kind: 'block', lines: 1, children }];
  if (name === 'p') return [{ kind: 'block', lines: 2, children }];
  if (name === 'pre') return [preNode(children)];
  if (name === 'a') return linkNode(attributes, children);
  if (name === 'blockquote') return [{ kind: 'quote', expandable: attributes.has('expandable'), children }];
  if (name === 'tr') return [{ kind: 'row', children }];
  if (name === 'li') {
    const number = list?.next;
    if (list !== undefined && number !== undefined) list.next = number + 1;
    return [{ kind: 'item', marker: number === undefined ? '• ' : `${number}. `, children }];
  }
  if (name === 'span' && /(?:^|\s)tg-spoiler(?:\s|$)/.test(attributes.get('class') ?? '')) {
    return [{ kind: 'format', type: 'spoiler', children }];
  }
  if (name === 'tg-emoji') return emojiNode(attributes.get('emoji-id') ?? '', children);
  if (name === 'tg-time') return timeNode(attributes.get('unix') ?? '', attributes.get('format') ?? '', children);
  if (name === 'td') return [{ kind: 'cell', children }];
  if (name === 'th') return [{ kind: 'cell', children: [{ kind: 'format', type: 'bold', children }] }];
  return children;
}

/** What a tag without an end becomes. */
export function voidNodes({ name, attributes }: Pick<Element, 'name' | 'attributes'>): readonly Node[] {
  if (name === 'br') return [{ kind: 'break' }];
  if (name === 'hr') return [{ kind: 'block', lines: 1, children: [words(RULE)] }];
  if (name === 'wbr') return [];
  const url = attributes.get('src') ?? '';
  const label = attributes.get('alt') || url;
  return url === '' ? [words(label)] : [{ kind: 'link', url, children: [words(label)] }];
}
