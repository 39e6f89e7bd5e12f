/** What a reader of HTML or MarkdownV2 finds in a text. `writeNodes` makes text and entities of it. */
export type Node =
  | { readonly kind: 'words'; readonly text: string }
  | { readonly kind: 'format'; readonly type: Format; readonly children: readonly Node[] }
  | { readonly kind: 'link'; readonly url: string; readonly children: readonly Node[] }
  /** Fixed-width words. `language` is what an enclosing block of code takes over. */
  | { readonly kind: 'code'; readonly text: string; readonly language?: string }
  | { readonly kind: 'pre'; readonly text: string; readonly language?: string }
  | { readonly kind: 'quote'; readonly expandable: boolean; readonly children: readonly Node[] }
  /** https://core.telegram.org/bots/api#messageentity */
  | { readonly kind: 'emoji'; readonly id: string; readonly children: readonly Node[] }
  | { readonly kind: 'time'; readonly unix: number; readonly format: string; readonly children: readonly Node[] }
  /** Stands on lines of its own; with `lines` 2 there is a blank line around it. */
  | { readonly kind: 'block'; readonly lines: 1 | 2; readonly children: readonly Node[] }
  /** An entry of a list. */
  | { readonly kind: 'item'; readonly marker: string; readonly children: readonly Node[] }
  /** A line of a table: each child is a cell. */
  | { readonly kind: 'row'; readonly children: readonly Node[] }
  /** A cell of a table. Cells beside one another that stand in no row are one. */
  | { readonly kind: 'cell'; readonly children: readonly Node[] }
  | { readonly kind: 'break' };

/** Formats of words. */
export type Format = 'bold' | 'italic' | 'underline' | 'strikethrough' | 'spoiler';

/** Formats inside one another at most; more are no one's intention, and would exhaust the stack. */
export const DEEPEST = 60;

export const words = (text: string): Node => ({ kind: 'words', text });

/** The bare words of nodes. */
export function textOf(nodes: readonly Node[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'break') return '\n';
      return 'text' in node ? node.text : textOf(node.children);
    })
    .join('');
}

/** Whether nodes hold white space only. Looks no further than to the first letter. */
export function areBlank(nodes: readonly Node[]): boolean {
  return nodes.every((node) => {
    if (node.kind === 'break') return true;
    return 'text' in node ? node.text.trim() === '' : areBlank(node.children);
  });
}

/** https://core.telegram.org/bots/api#date-time-entity-formatting */
const TIME_FORMAT = /^(?:[rR]|[tTdDwW]*)$/;

/** A custom emoji; plain words where the id is none that Telegram reads: a 64-bit number above 0. */
export function emojiNode(id: string, children: readonly Node[]): readonly Node[] {
  const isId = /^\d{1,19}$/.test(id) && BigInt(id) > 0n && BigInt(id) < 2n ** 63n;
  return isId ? [{ kind: 'emoji', id, children }] : children;
}

/** A moment that each reader sees in a zone of their own; plain words where Telegram would not take it. */
export function timeNode(unix: string, format: string, children: readonly Node[]): readonly Node[] {
  if (!/^\d{1,10}$/.test(unix) || Number(unix) < 1 || Number(unix) >= 2 ** 31 || !TIME_FORMAT.test(format))
    return children;
  return [{ kind: 'time', unix: Number(unix), format, children }];
}
