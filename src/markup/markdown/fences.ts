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

const LANGUAGE = /^[\w+#.-]{1,32}$/;
/** Attributes of a fence, as documentation tools know them: `title="a.py"`, `{1,3-5}`, `linenums`, `{#id .class}`. */
const ATTRIBUTE =
  /^\s*(?:[\w-]+\s*=\s*(?:"[^"]*"|'[^']*'|\{[^{}]*\}|[^\s"'{}]+)|\{[^{}]*\}|linenums|(?:show|no)?lineNumbers|numberLines|wrap|copy)(?=\s|$)/i;
/** `{.python .numberLines}` and `{r, echo=FALSE}`: the language is the first word in the braces. */
const BRACED = /^\{\s*\.?([\w+#-]{1,32})(?=[\s,}])[^{}]*\}$/;

/** Removes attributes from the start of a text; what is left is words. */
function withoutAttributes(text: string): string {
  let rest = text;
  for (let found = ATTRIBUTE.exec(rest); found !== null; found = ATTRIBUTE.exec(rest))
    rest = rest.slice(found[0].length);
  return rest.trim();
}

/**
 * What stands behind the marks that open a fenced block: its language, and words of the block itself, which are everything
 * that is neither a language nor an attribute (`Error: disk full`).
 */
export function readFenceInfo(info: string): { readonly language: string | undefined; readonly words: string } {
  const braced = BRACED.exec(info)?.[1];
  if (braced !== undefined) return { language: braced, words: '' };
  if (withoutAttributes(info) === '') return { language: undefined, words: '' };
  // A file or lines may be named without a space between: `python:a.py`, `js{1,3}`.
  const [, first = '', attached = '', rest = ''] = /^([\w+#.-]+)(:[^\s:]+|\{[^{}]*\})?(.*)$/s.exec(info) ?? [];
  const more = withoutAttributes(rest);
  if (!LANGUAGE.test(first) || more !== '' || /^[^\s]/.test(rest)) return { language: undefined, words: info };
  if (attached.startsWith(':') && !attached.includes('.')) return { language: undefined, words: info };
  return { language: first, words: '' };
}
