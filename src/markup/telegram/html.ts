import type { FormattedText } from '../formatted.ts';
import { type Element, nodesOf, voidNodes } from './html-elements.ts';
import { ENDS, endsParagraph, isKnownTag, LISTS, VOID } from './html-tags.ts';
import { decodeReferences, type HtmlToken, htmlTokens } from './html-tokens.ts';
import { DEEPEST, type Node, words } from './nodes.ts';
import { writeNodes } from './write-nodes.ts';

const DROPPED = /^<!(?:--[\s\S]*--|doctype[^>]*)>$/i;

/** Builds the tree of a text's elements. */
function createTree() {
  const root: Node[] = [];
  const open: Element[] = [];
  const top = () => open.at(-1)?.children ?? root;
  /** One by one: as arguments, the nodes of a long text would exhaust the stack. */
  const add = (nodes: readonly Node[]) => {
    const into = top();
    for (const node of nodes) into.push(node);
  };

  function closeTop(): void {
    const element = open.pop();
    if (element === undefined) return;
    add(
      nodesOf(
        element,
        open.findLast(({ name }) => LISTS.has(name)),
      ),
    );
  }

  /** Where the innermost open element of these names is, inside what `within` names; -1 for none. */
  function placeOf(names: readonly string[], within: readonly string[] = []): number {
    const place = open.findLastIndex((one) => names.includes(one.name) || within.includes(one.name));
    return names.includes(open[place]?.name ?? '') ? place : -1;
  }

  function closeFrom(place: number): void {
    if (place >= 0) while (open.length > place) closeTop();
  }

  return {
    words: (source: string) => add([words(decodeReferences(source))]),
    open({ name, attributes, source }: Extract<HtmlToken, { kind: 'open' }>): void {
      if (open.at(-1)?.name === 'p' && endsParagraph(name)) closeTop();
      const ends = ENDS.get(name);
      if (ends !== undefined) closeFrom(placeOf(ends.open, ends.within));
      if (VOID.has(name)) add(voidNodes({ name, attributes }));
      else if (open.length >= DEEPEST) add([words(source)]);
      else {
        const first = name === 'ol' ? { next: Number.parseInt(attributes.get('start') ?? '1', 10) || 1 } : {};
        open.push({ name, attributes, children: [], ...first });
      }
    },
    /** An end tag without its start says nothing. */
    close: (name: string) => closeFrom(placeOf([name])),
    finish(): readonly Node[] {
      closeFrom(0);
      return root;
    },
  };
}

/**
 * Reads HTML as Telegram takes it, and more: unknown tags are words, elements may be left open, `<br>`, `<p>` and lists make
 * lines. Never throws; drops comments and what is in known tags, nothing else.
 *
 * @param source cleaned text
 */
export function renderHtml(source: string): FormattedText {
  const tree = createTree();
  for (const token of htmlTokens(source)) {
    const isTag = token.kind === 'open' || token.kind === 'close';
    if (isTag && isKnownTag(token.name) && !(token.kind === 'open' && token.strange)) {
      if (token.kind === 'open') tree.open(token);
      else tree.close(token.name);
    } else if (!DROPPED.test(token.source)) tree.words(token.source);
  }
  return writeNodes(tree.finish());
}
