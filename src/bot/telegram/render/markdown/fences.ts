const FENCE = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})/;

/** What a fence tracker says of a line. */
export interface FenceState {
  /** The line stands in a fenced block, or ends one. */
  readonly inside: boolean;
  /** The fence stood at the line's start, so that no list or quote can end the block. */
  readonly certain: boolean;
}

/** Tells, for the lines of a Markdown text in order, which stand in a fenced block. */
export function fenceTracker(): (line: string) => FenceState {
  let fence: string | undefined;
  let certain = true;
  return (line) => {
    const found = FENCE.exec(line)?.[1];
    if (fence === undefined) {
      fence = found;
      // An indented fence may stand in a list item and end with it: from here on there is no certainty.
      if (found !== undefined && line.startsWith(' ')) certain = false;
      return { inside: false, certain };
    }
    if (found?.startsWith(fence) === true && line.trim() === found) fence = undefined;
    return { inside: true, certain };
  };
}
