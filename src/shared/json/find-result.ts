/**
 * Finds the JSON values in a program's output that may be its result.
 *
 * Never an object inside an incomplete value. Text that looks like a broken result counts as one, so that no object
 * inside it is taken instead. Braces in other lines are ignored.
 */
import { isJsonObject } from './json-object.ts';
import { walkJson } from './json-tokenizer.ts';

interface Found {
  readonly start: number;
  readonly end: number;
  /** Whether it begins a line, or follows another value on a line that begins with one. */
  readonly own: boolean;
}

/** A JSON value of a text. */
export type FoundJson =
  | (Found & { readonly kind: 'object' | 'list' })
  /** It stops being JSON at `fault`. */
  | (Found & { readonly kind: 'broken'; readonly fault: number });

const OPENING = /[{[]/g;
/** What marks a result, as JSON, Python, JavaScript and JSON in a string write it: see `isResult`. */
export const RESULT_MARK = /(?<![\w$])\\?["']?(?:notify\\?["']?\s*:|state\\?["']?\s*:\s*\\?["'](?:firing|resolved)\b)/;
const KEY = /\{\s*(?:"[^"\n]*"|'[^'\n]*'|[A-Za-z_$][\w$]*)\s*:/y;
const JSON_KEY = /\{\s*"[^"\n]*"\s*:/y;
const LIST_OF_OBJECTS = /\[\s*\{/y;
/** Limit of the searches for closing brackets, in lengths of the text, and in characters that any text may cost. */
const MAX_LOOKS = 20;
const FREE_LOOKS = 1_000_000;
/** Characters of white space and commas between two values of a line. */
const MAX_BETWEEN = 100;

/** Whether an object is a result: one with a field `notify`, or an alert, whose `state` is `firing` or `resolved`. */
export const isResult = (value: unknown): boolean =>
  isJsonObject(value) &&
  (Object.hasOwn(value, 'notify') ||
    (Object.hasOwn(value, 'state') && (value.state === 'firing' || value.state === 'resolved')));

const matchesAt = (pattern: RegExp, text: string, at: number) => {
  pattern.lastIndex = at;
  return pattern.test(text);
};

function isAtLineStart(text: string, at: number): boolean {
  let before = at - 1;
  while (text[before] === ' ' || text[before] === '\t') before -= 1;
  return before < 0 || text[before] === '\n' || text[before] === '\r';
}

const isEmpty = (text: string, start: number, end: number) => text.slice(start + 1, end - 1).trim() === '';

interface Walked {
  readonly whole: boolean;
  /** Index after the last valid token. */
  readonly end: number;
  /** Index at which it stops being JSON. */
  readonly fault: number;
  /** Whether it contains a complete object that is not empty. */
  readonly holdsObject: boolean;
}

function walk(text: string, start: number): Walked {
  const steps = walkJson(text, start);
  const open: { readonly mark: string; readonly at: number }[] = [];
  let end = start + 1;
  let holdsObject = false;
  for (let step = steps.next(); step !== undefined; step = steps.next()) {
    const { mark } = step;
    if (mark === '{' || mark === '[') open.push({ mark, at: step.end });
    else if (mark === '}' || mark === ']') {
      const from = open.pop();
      holdsObject ||= open.length > 0 && from?.mark === '{' && !isEmpty(text, from.at - 1, step.end);
    }
    end = step.end;
    if (steps.whole()) break;
  }
  return { whole: steps.whole(), end, fault: steps.at(), holdsObject };
}

/** The index after the closing bracket, ignoring the content; a string ends with its line at the latest. */
function closing(text: string, start: number, limit: number): number | undefined {
  let depth = 0;
  let quote = '';
  for (let at = start; at < limit; at += 1) {
    const char = text[at] ?? '';
    if (char === '\n') quote = '';
    else if (quote !== '') {
      if (char === '\\') at += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === "'") quote = char;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return undefined;
}

/** Characters that may be searched again, so that chaotic output takes bounded time. */
interface Budget {
  left: number;
}

function lineEnd(text: string, at: number, budget: Budget): number {
  const end = budget.left > 0 ? text.indexOf('\n', at) : at;
  budget.left -= end === -1 ? text.length - at : end - at;
  return end === -1 ? text.length : end;
}

/** Finds a result on lines of its own inside text that looked like a broken one: that text is then ignored. */
function resultWithin(text: string, from: number, to: number, budget: Budget): number | undefined {
  for (let at = text.indexOf('\n{', from); at !== -1 && at < to && budget.left > 0; at = text.indexOf('\n{', at + 1)) {
    const { whole, end } = walk(text, at + 1);
    budget.left -= end - at;
    if (!whole || text.slice(end, lineEnd(text, end, budget)).trim() !== '') continue;
    if (isResult(JSON.parse(text.slice(at + 1, end)))) return at + 1;
  }
  return undefined;
}

/** Whether a value stands on a line of its own, or directly behind one that does. */
function isOwn(text: string, start: number, before: FoundJson | undefined): boolean {
  if (isAtLineStart(text, start)) return true;
  if (before?.own !== true || start - before.end > MAX_BETWEEN) return false;
  return /^[\s,;]*$/.test(text.slice(before.end, start));
}

/** Searches a text for values that may be its result, in their order. The last one is the result where none is marked. */
export function findResults(text: string): readonly FoundJson[] {
  const found: FoundJson[] = [];
  const budget = { left: text.length * MAX_LOOKS + FREE_LOOKS };
  let at = 0;
  for (;;) {
    OPENING.lastIndex = at;
    const start = OPENING.exec(text)?.index;
    if (start === undefined) return found;
    const walked = walk(text, start);
    const { end, fault, holdsObject } = walked;
    const own = isOwn(text, start, found.at(-1));
    at = end;
    if (walked.whole) {
      const isObject = text[start] === '{';
      // A pair of braces within a line of text is no result, and does not hide one.
      if (isObject && found.length > 0 && !own && isEmpty(text, start, end)) continue;
      if (isObject) found.push({ kind: 'object', start, end, own });
      else if (found.length === 0 || RESULT_MARK.test(text.slice(start, end)))
        found.push({ kind: 'list', start, end, own });
      continue;
    }

    const structured = matchesAt(KEY, text, start) || (own && matchesAt(LIST_OF_OBJECTS, text, start));
    const limit = budget.left <= 0 ? end : structured ? text.length : lineEnd(text, start, budget);
    const close = closing(text, start, limit);
    budget.left -= (close ?? limit) - start;
    const until = Math.max(end, close ?? (structured && own ? limit : end));
    const seemsMeant =
      RESULT_MARK.test(text.slice(start, until)) || (own && (holdsObject || matchesAt(JSON_KEY, text, start)));
    if (!seemsMeant) {
      at = Math.max(end, close ?? end);
      continue;
    }
    const result = resultWithin(text, start, until, budget);
    if (result === undefined) found.push({ kind: 'broken', start, end: until, fault, own });
    at = result ?? until;
  }
}
