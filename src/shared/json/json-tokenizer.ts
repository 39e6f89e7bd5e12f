/** One token: a string, another scalar, or a punctuation mark, with the white space before it. */
const TOKEN =
  /[ \t\n\r]*(?:("[^"\\\u0000-\u001f]*(?:\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})[^"\\\u0000-\u001f]*)*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)|([{}[\],:]))/y;
const SPACE = /[ \t\n\r]*/y;

type State = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'after-value';

/** Tokens allowed in each state: `s` a string, `v` another scalar, otherwise the mark itself. */
const ALLOWED: Readonly<Record<Exclude<State, 'after-value'>, string>> = {
  value: 'sv{[',
  'first-value': 'sv{[]',
  key: 's',
  'first-key': 's}',
  colon: ':',
};

function allowedIn(state: State, inside: string | undefined): string {
  if (state !== 'after-value') return ALLOWED[state];
  if (inside === undefined) return '';
  return inside === '{' ? ',}' : ',]';
}

function stateAfter(token: string, state: State, open: string[]): State {
  if (token === '{' || token === '[') {
    open.push(token);
    return token === '{' ? 'first-key' : 'first-value';
  }
  if (token === '}' || token === ']') open.pop();
  if (token === ',') return open.at(-1) === '{' ? 'key' : 'value';
  if (token === ':') return 'value';
  return token === 's' && (state === 'key' || state === 'first-key') ? 'colon' : 'after-value';
}

function skipSpace(text: string, from: number): number {
  SPACE.lastIndex = from;
  return from + (SPACE.exec(text)?.[0].length ?? 0);
}

/** A token of JSON text. */
interface Step {
  /** The punctuation mark, or `undefined` for a string or another scalar. */
  readonly mark: string | undefined;
  /** Index after the token; a mark's own index is one less. */
  readonly end: number;
}

interface Walk {
  /** The next token, or `undefined` if the text stops being JSON at `at()`. */
  next(): Step | undefined;
  at(): number;
  /** Whether a complete value has been read. */
  whole(): boolean;
}

/** Reads one JSON value that begins at `from`, token by token. */
export function walkJson(text: string, from = 0): Walk {
  const open: string[] = [];
  let state: State = 'value';
  let at = from;
  return {
    at: () => skipSpace(text, at),
    whole: () => state === 'after-value' && open.length === 0,
    next() {
      TOKEN.lastIndex = at;
      const found = TOKEN.exec(text);
      if (found === null) return undefined;
      const [all, string, scalar, mark] = found;
      const token = string !== undefined ? 's' : scalar !== undefined ? 'v' : (mark ?? '');
      if (!allowedIn(state, open.at(-1)).includes(token)) return undefined;
      state = stateAfter(token, state, open);
      at += all.length;
      return { mark, end: at };
    },
  };
}

/**
 * The index at which a text stops being JSON; its length if it ends too early; `undefined` if all of it is JSON.
 * `JSON.parse` gives the place in only some of its messages, and quotes the content in others.
 */
export function firstJsonFault(text: string): number | undefined {
  const walk = walkJson(text);
  while (walk.next() !== undefined);
  return walk.whole() && walk.at() === text.length ? undefined : walk.at();
}

/** Describes an index: `line 3, column 14`, both counted from 1, columns in UTF-16 units. */
export function placeOf(text: string, index: number): string {
  const before = text.slice(0, index).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
