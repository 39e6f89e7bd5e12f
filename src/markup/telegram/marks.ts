import { DEEPEST, type Node, words } from './nodes.ts';

/** A mark that waits for its end. */
export interface OpenMark {
  /** As typed: words, should no end come. */
  readonly mark: string;
  readonly children: Node[];
}

/** Collects nodes, and the marks that are open. */
export function createMarks() {
  const root: Node[] = [];
  const open: OpenMark[] = [];
  const add = (node: Node) => void (open.at(-1)?.children ?? root).push(node);
  /** One by one: as arguments, the nodes of a long text would exhaust the stack. */
  const addAll = (nodes: readonly Node[]) => {
    for (const node of nodes) add(node);
  };
  /** A mark without its end is words. */
  const release = () => {
    const one = open.pop();
    if (one === undefined) return;
    add(words(one.mark));
    addAll(one.children);
  };
  return {
    add,
    addAll,
    isFull: () => open.length >= DEEPEST,
    open: (mark: string) => void open.push({ mark, children: [] }),
    /** Whether one of these marks is open, in the same quote. */
    has(...marks: readonly string[]): boolean {
      const inner = open.slice(open.findLastIndex(({ mark }) => mark === '>') + 1);
      return inner.some(({ mark }) => marks.includes(mark));
    },
    quoting: () => open.some(({ mark }) => mark === '>'),
    topIs: (mark: string) => open.at(-1)?.mark === mark,
    secondIs: (mark: string) => open.at(-2)?.mark === mark,
    isFresh: () => open.at(-1)?.children.length === 0,
    /** Ends the innermost of these marks; what was opened inside it and not ended is words. */
    close(...marks: readonly string[]): OpenMark | undefined {
      while (open.length > 0 && !marks.includes(open.at(-1)?.mark ?? '')) release();
      return open.pop();
    },
    drop: () => void open.pop(),
    finish(): readonly Node[] {
      while (open.length > 0) release();
      return root;
    },
  };
}
