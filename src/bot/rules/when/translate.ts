/**
 * Makes CEL of what people write: `AND`, `OR` and `NOT` in any case are operators, and words that CEL keeps for itself
 * are names of labels, such as `namespace` and `type`. Strings stay as they are. `NOT` covers a whole comparison, as in
 * SQL, while `!` covers the next operand, as in CEL.
 */

/** A number, a word with the dot before it, an operator, or one other character. */
const TOKEN = /\d[\w.]*|(\.?)([A-Za-z_]\w*)|&&|\|\||[\s\S]/y;
/** What may stand before a string of CEL, for a raw one or bytes. */
const STRING_PREFIX = /[rRbB]{0,2}(?=["'])/y;

const OPERATORS = new Map([
  ['and', '&&'],
  ['or', '||'],
  ['not', '!'],
]);

/** Words that mean something else to the package, or nothing. */
const KEPT = new Set(
  (
    'as break const continue else for function if import let loop package namespace return var void while prototype ' +
    'bool bytes double int list map string type uint dyn null_type duration timestamp cel google optional'
  ).split(' '),
);
/** Stands before such a word, so that it is a name like others. */
const PREFIX = 'label_named_';

/** The label that a name in a translated condition means. */
export const labelOf = (name: string): string => (name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);

/** Methods that the project defines itself. */
const METHODS = new Map([['matches', 'matchesPattern']]);

/** The length of the string that begins at a place; 0 where none does. One without an end goes to the end of the text. */
function stringAt(text: string, at: number): number {
  STRING_PREFIX.lastIndex = at;
  const prefix = STRING_PREFIX.exec(text)?.[0];
  if (prefix === undefined) return 0;
  const begin = at + prefix.length;
  const quote = text[begin] ?? '';
  const mark = text.startsWith(quote.repeat(3), begin) ? quote.repeat(3) : quote;
  for (let place = begin + mark.length; place < text.length; place += 1) {
    if (text.startsWith(mark, place)) return place + mark.length - at;
    if (text[place] === '\\') place += 1;
  }
  return text.length - at;
}

interface Token {
  readonly text: string;
  /** A word, without the dot before it. */
  readonly word?: string;
  readonly isField?: boolean;
}

/** Cuts a condition into strings, words, operators and single characters. */
function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const length = stringAt(text, at);
    TOKEN.lastIndex = at;
    const [token = '', dot, word] = length > 0 ? [text.slice(at, at + length)] : (TOKEN.exec(text) ?? []);
    tokens.push(word === undefined ? { text: token } : { text: token, word, isField: dot === '.' });
    at += token.length;
  }
  return tokens;
}

const OPENING = new Set(['(', '[', '{']);
const CLOSING = new Set([')', ']', '}']);
/** What ends the operand of a `NOT` that stands as deep. */
const ENDING = new Set(['&&', '||', '?', ':', ',']);

/** Translates a condition. Linear in its length. */
export function translate(text: string): string {
  const tokens = tokensOf(text);
  /** Of each `NOT` whose operand is open: how deep it stands. */
  const open: number[] = [];
  let depth = 0;
  let result = '';
  const close = () => {
    while (open.length > 0 && (open.at(-1) ?? 0) >= depth) {
      open.pop();
      result += ')';
    }
  };
  for (const [index, { text: token, word, isField }] of tokens.entries()) {
    const isCall = tokens.slice(index + 1, index + 4).find((one) => one.text.trim() !== '')?.text === '(';
    const operator = word === undefined || isField ? undefined : OPERATORS.get(word.toLowerCase());
    if (operator === '!') {
      open.push(depth);
      result += ' !(';
      continue;
    }
    if (operator !== undefined || ENDING.has(token) || CLOSING.has(token)) close();
    if (OPENING.has(token)) depth += 1;
    if (CLOSING.has(token)) depth -= 1;
    if (operator !== undefined) result += ` ${operator} `;
    else if (word !== undefined && isField && isCall) result += `.${METHODS.get(word) ?? word}`;
    else if (word !== undefined && !isField && !isCall && KEPT.has(word)) result += `${PREFIX}${word}`;
    else result += token;
  }
  depth = 0;
  close();
  return result;
}
