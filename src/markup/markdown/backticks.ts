const RUN = /`+/g;

/** Counts the backticks of a paragraph that look for a partner in vain: each makes the parser read the rest of it. */
export interface BacktickCount {
  /** Takes the paragraph's next line. */
  add(line: string): void;
  /** Runs behind which none of their length stands, so that they begin no code. */
  readonly alone: number;
}

/** Starts counting a paragraph. */
export function countBackticks(): BacktickCount {
  const openers: number[] = [];
  /** The last run of each length; code ends with a run of the length that it began with. */
  const last = new Map<number, number>();
  return {
    add(line) {
      for (const { 0: run, index } of line.matchAll(RUN)) {
        last.set(run.length, openers.length);
        // Behind a backslash the first one is a character; in code it would be a backtick all the same.
        openers.push(line[index - 1] === '\\' ? run.length - 1 : run.length);
      }
    },
    get alone() {
      return openers.filter((length, at) => length > 0 && (last.get(length) ?? -1) <= at).length;
    },
  };
}
