import type { FormattedText } from '../formatted.ts';
import { expandTabs } from '../hygiene.ts';
import { linkable } from '../links.ts';
import { createWriter, type Writer } from '../writer.ts';
import { areBlank, type Node, textOf, words } from './nodes.ts';
import { inRows } from './rows.ts';

/** Writes words; line ends that a block asks for are written once, whether they were typed or not. */
interface Flow {
  readonly writer: Writer;
  /** Words that follow stand at least this many lines below. */
  lines(count: number): void;
  /** One line end more. */
  lineBreak(): void;
  /** Text as typed. At a block's edge, the white space around it counts as line ends only. */
  words(text: string): void;
  /** Writes the line ends that are due, before a format that begins with what follows. */
  pay(): void;
  /** Writes something that is not `words`. @param freshAfter what follows needs no line of its own */
  write(body: () => void, freshAfter?: boolean): void;
}

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** How many line ends a text ends with. */
function endingLines(text: string): number {
  let at = text.length;
  while (at > 0 && text[at - 1] === '\n') at -= 1;
  return text.length - at;
}

function createFlow(): Flow {
  const writer = createWriter();
  /** Line ends just written; without end at the start, where none is needed. */
  let ends = Number.POSITIVE_INFINITY;
  let owed = 0;
  const pay = () => {
    const missing = owed - ends;
    owed = 0;
    if (missing <= 0) return;
    writer.write('\n'.repeat(missing));
    ends += missing;
  };
  return {
    writer,
    pay,
    lines(least) {
      owed = Math.max(owed, least);
    },
    lineBreak() {
      owed = Math.max(owed, Number.isFinite(ends) ? ends : 0) + 1;
    },
    words(text) {
      if (text === '') return;
      let shown = text;
      if (owed > 0) {
        shown = text.trimStart();
        owed = Math.max(owed, count(text.slice(0, text.length - shown.length), /\n/g));
        if (shown === '') return;
        pay();
      }
      writer.write(shown);
      const typed = endingLines(shown);
      ends = typed === shown.length ? ends + typed : typed;
    },
    write(body, freshAfter = false) {
      pay();
      body();
      owed = 0;
      ends = freshAfter ? Number.POSITIVE_INFINITY : 0;
    },
  };
}

/** Words in a format; one that holds only white space is none. */
function writeFormat(
  type: Parameters<Writer['format']>[0],
  children: readonly Node[],
  flow: Flow,
  details: Parameters<Writer['format']>[2] = {},
): void {
  const write = () => writeAll(children, flow);
  if (areBlank(children)) write();
  else {
    flow.pay();
    flow.writer.format(type, write, details);
  }
}

function writeLink(url: string, children: readonly Node[], flow: Flow): void {
  const target = linkable(url);
  const label = textOf(children).trim();
  const shown = label === '' ? [words(url)] : children;
  if (target !== undefined) writeFormat('text_link', shown, flow, { url: target });
  else {
    writeAll(shown, flow);
    // An address as its own label needs no second mention.
    if (label !== '' && label !== url.trim()) flow.words(` (${url.replace(/^mailto:/i, '')})`);
  }
}

function writeRow(cells: readonly Node[], flow: Flow): void {
  const shown = cells.filter((cell) => !areBlank([cell]));
  for (const [index, cell] of shown.entries()) {
    if (index > 0) flow.words(' | ');
    writeNode(cell, flow);
  }
}

function writeNode(node: Node, flow: Flow): void {
  if (node.kind === 'words') flow.words(node.text);
  else if (node.kind === 'break') flow.lineBreak();
  else if (node.kind === 'format') writeFormat(node.type, node.children, flow);
  else if (node.kind === 'link') writeLink(node.url, node.children, flow);
  else if (node.kind === 'code') flow.write(() => flow.writer.code(node.text));
  else if (node.kind === 'cell') writeAll(node.children, flow);
  else if (node.kind === 'emoji') writeFormat('custom_emoji', node.children, flow, { custom_emoji_id: node.id });
  else if (node.kind === 'time') {
    const { children, unix, format } = node;
    flow.write(() => flow.writer.time(textOf(children), { unix_time: unix, date_time_format: format }));
  } else writeBlock(node, flow);
}

function writeBlock(node: Extract<Node, { kind: 'pre' | 'quote' | 'block' | 'item' | 'row' }>, flow: Flow): void {
  const { writer } = flow;
  const lines = node.kind === 'block' ? node.lines : 1;
  flow.lines(lines);
  if (node.kind === 'pre') {
    if (node.text.trim() !== '') flow.write(() => writer.pre(expandTabs(node.text), node.language));
  } else if (node.kind === 'quote') {
    flow.write(() =>
      writer.quote(() => {
        flow.write(() => {}, true);
        writeAll(node.children, flow);
      }, node.expandable),
    );
  } else if (node.kind === 'item') {
    flow.write(() => writer.write(node.marker), true);
    writer.indented(' '.repeat(node.marker.length), () => writeAll(node.children, flow));
  } else if (node.kind === 'row') writeRow(node.children, flow);
  else writeAll(node.children, flow);
  flow.lines(lines);
}

function writeAll(nodes: readonly Node[], flow: Flow): void {
  for (const node of inRows(nodes)) writeNode(node, flow);
}

/** Makes text and entities of what a reader found. */
export function writeNodes(nodes: readonly Node[]): FormattedText {
  const flow = createFlow();
  writeAll(nodes, flow);
  return flow.writer.result();
}
