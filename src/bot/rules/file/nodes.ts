/**
 * Nodes of YAML with the lines on which they stand. Aliases are followed, but for those that lead into themselves; so many
 * nodes are looked at that no chain of aliases makes a small file a large one.
 */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from 'yaml';
import { didYouMean } from '../../../shared/text/did-you-mean.ts';
import { type Mistake, MOST_MISTAKES } from './mistakes.ts';

/** Nodes that a file may have, those behind aliases each time. A file of 1 MiB has 100,000. */
const MOST_NODES = 300_000;
/** Depth of nodes; the rules have six. */
const DEEPEST = 20;

/** A value of the file. */
export interface Value {
  readonly line: number;
  /** Where it stands, such as `routes[0].when`. */
  readonly key: string;
  readonly content:
    | { readonly kind: 'scalar'; readonly value: unknown }
    | { readonly kind: 'list'; readonly items: readonly Value[] }
    | {
        readonly kind: 'map';
        readonly entries: readonly { readonly name: string; readonly line: number; readonly value: Value }[];
      };
}

/** Takes mistakes. */
export interface Reader {
  /** Notes a mistake. @returns undefined, as a reader of a value that has one */
  refuse(at: Pick<Value, 'line' | 'key'>, reason: string): undefined;
  readonly mistakes: readonly Mistake[];
}

/** Creates a reader that has found nothing yet. */
export function createReader(): Reader {
  const mistakes: Mistake[] = [];
  return {
    refuse({ line, key }, reason) {
      if (mistakes.length < MOST_MISTAKES) mistakes.push({ line, key, reason });
      return undefined;
    },
    mistakes,
  };
}

/** What was found, for a sentence: `5`, `"text"`, `a list`. */
export function foundIn({ content }: Value): string {
  if (content.kind !== 'scalar') return content.kind === 'list' ? 'a list' : 'a map';
  const text = JSON.stringify(content.value) ?? 'nothing';
  if (content.value === null) return 'nothing';
  return text.length > 60 ? `a text of ${text.length - 2} characters` : text;
}

const join = (key: string, name: string) => (key === '' ? name : `${key}.${name}`);

interface Walk {
  readonly document: Document;
  readonly lineOf: (node: { range?: readonly number[] | null | undefined }, around: number) => number;
  readonly reader: Reader;
  count: number;
}

function followed(node: ParsedNode | Alias, at: Pick<Value, 'line' | 'key'>, path: readonly unknown[], walk: Walk) {
  if (!isAlias(node)) return node;
  const target = node.resolve(walk.document);
  if (target === undefined) return walk.reader.refuse(at, `there is no anchor &${node.source} before it.`);
  if (path.includes(target)) return walk.reader.refuse(at, `*${node.source} leads into itself.`);
  return target;
}

function readNode(
  given: unknown,
  key: string,
  around: number,
  path: readonly unknown[],
  walk: Walk,
): Value | undefined {
  walk.count += 1;
  const { reader } = walk;
  if (walk.count > MOST_NODES || path.length > DEEPEST) {
    if (walk.count <= MOST_NODES + 1)
      reader.refuse({ line: around, key }, 'it holds more values, or deeper ones, than rules have.');
    walk.count = MOST_NODES + 1;
    return undefined;
  }
  if (given === null || given === undefined) return { line: around, key, content: { kind: 'scalar', value: null } };
  const line = walk.lineOf(given as ParsedNode, around);
  const node = followed(given as ParsedNode, { line, key }, path, walk);
  if (node === undefined) return undefined;
  const inner = [...path, node];
  if (isScalar(node)) return { line, key, content: { kind: 'scalar', value: node.value } };
  if (isSeq(node)) {
    const items = node.items.flatMap((item, index) => readNode(item, `${key}[${index}]`, line, inner, walk) ?? []);
    return { line, key, content: { kind: 'list', items } };
  }
  if (!isMap(node)) return reader.refuse({ line, key }, 'it is neither a text, nor a list, nor a map.');
  const entries = node.items.flatMap(({ key: nameNode, value: one }) => {
    const nameLine = walk.lineOf(nameNode as ParsedNode, line);
    const name = isScalar(nameNode) ? String(nameNode.value) : undefined;
    if (name === undefined) return reader.refuse({ line: nameLine, key }, 'a key is a text.') ?? [];
    const value = readNode(one, join(key, name), nameLine, inner, walk);
    return value === undefined ? [] : [{ name, line: nameLine, value }];
  });
  return { line, key, content: { kind: 'map', entries } };
}

/** Reads YAML; mistakes of its grammar go to the reader. @returns `undefined` for what can't be read */
export function parseYaml(text: string, reader: Reader): Value | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, version: '1.2', schema: 'core' });
  for (const { pos, message } of document.errors) {
    reader.refuse({ line: counter.linePos(pos[0]).line, key: '' }, `it is not YAML: ${message.split('\n', 1)[0]}.`);
  }
  if (document.errors.length > 0) return undefined;
  const walk: Walk = {
    document,
    reader,
    count: 0,
    lineOf: (node, around) => (node.range ? counter.linePos(node.range[0] ?? 0).line : around),
  };
  return readNode(document.contents, '', 1, [], walk);
}

/** What to say of a name that is not among those allowed. */
export function notAmong(name: string, allowed: readonly string[]): string {
  const meant = didYouMean(name, allowed);
  if (meant !== undefined) return `did you mean ${meant}?`;
  return allowed.length === 0 ? 'there are none.' : `allowed: ${allowed.slice(0, 30).join(', ')}.`;
}
