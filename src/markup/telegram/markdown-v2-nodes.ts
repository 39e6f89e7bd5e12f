import { readFenceInfo } from '../markdown/fences.ts';
import { emojiNode, type Node, timeNode } from './nodes.ts';

/** `![👍](tg://emoji?id=…)`, `![22:45](tg://time?unix=…&format=…)`, a link, or a picture's address. */
export function targetNodes(mark: string, url: string, children: readonly Node[]): readonly Node[] {
  const emoji = mark === '![' ? /^tg:\/\/emoji\?id=(\d+)$/i.exec(url)?.[1] : undefined;
  if (emoji !== undefined) return emojiNode(emoji, children);
  const time = mark === '![' ? /^tg:\/\/time\?(.*)$/i.exec(url)?.[1] : undefined;
  if (time === undefined) return [{ kind: 'link', url, children }];
  const fields = new URLSearchParams(time);
  return timeNode(fields.get('unix') ?? '', fields.get('format') ?? '', children);
}

/** A block of code: its first line may name a language. */
export function preNode(typed: string): Node {
  const [, first = '', rest] = /^([^\r\n]*)(?:\r?\n([\s\S]*))?$/.exec(typed) ?? [];
  if (rest === undefined) return { kind: 'pre', text: typed };
  const { language, words: more } = readFenceInfo(first.trim());
  const text = (more === '' ? rest : `${first}\n${rest}`).trimEnd();
  return language === undefined ? { kind: 'pre', text } : { kind: 'pre', text, language };
}
