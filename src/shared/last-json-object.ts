import { walkJson } from './json-position.ts';
import { Problem } from './problem.ts';

interface Found {
  readonly start: number;
  readonly end: number;
}

interface Search {
  /** The last whole object that isn't part of a list. */
  readonly object: Found | undefined;
  /** Whether whole lists were seen. */
  readonly list: boolean;
}

const STARTS = /[{[]/g;

/**
 * Looks for whole objects in one pass: whatever stops being JSON is chatter, and the search goes on right behind.
 * An object inside a list belongs to the list.
 */
function search(text: string): Search {
  let object: Found | undefined;
  let list = false;
  let at = 0;
  for (;;) {
    STARTS.lastIndex = at;
    const start = STARTS.exec(text)?.index;
    if (start === undefined) return { object, list };
    const before = object;
    const open: number[] = [];
    const walk = walkJson(text, start);
    at = start + 1;
    for (let step = walk.next(); step !== undefined; step = walk.next()) {
      at = step.end;
      if (step.mark === '{' || step.mark === '[') open.push(at - 1);
      else if (step.mark === '}') object = { start: open.pop() ?? start, end: at };
      else if (step.mark === ']') open.pop();
      if (walk.whole()) break;
    }
    if (!walk.whole() || text[start] !== '[') continue;
    object = before;
    list = true;
  }
}

function decode(bytes: Uint8Array): { readonly text: string; readonly whole: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), whole: true };
  } catch {
    return { text: new TextDecoder('utf-8').decode(bytes), whole: false };
  }
}

/** The end of what was printed, for an error. */
function quoteEnd(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const clean = line.replace(/\p{C}+/gu, ' ').trim();
  return JSON.stringify(clean.length > 80 ? `…${clean.slice(-80)}` : clean);
}

function hint(text: string): string {
  if (/[:[,]\s*-?(NaN|Infinity)\b/.test(text)) return ' NaN and Infinity are not JSON: replace them by null.';
  if (/\{\s*'/.test(text)) return ' It looks like a Python dict: print(json.dumps(result)).';
  return '';
}

function explain(text: string, list: boolean): Problem {
  if (text.trim() === '') return new Problem('no_output', 'It printed nothing; one JSON object was expected.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (list) return new Problem('not_object', 'It printed a JSON list; one JSON object was expected.');
    return new Problem('not_json', `No JSON object is in its output, which ends ${quoteEnd(text)}.${hint(text)}`);
  }
  const kind = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  return new Problem('not_object', `It printed JSON that is ${kind}; one JSON object was expected.`);
}

/**
 * The last JSON object in what a program printed; other lines may stand around it.
 *
 * @throws Problem `no_output`, `not_json`, `not_object` (a list, a number, …), `not_utf8`
 */
export function lastJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const { text, whole } = decode(bytes);
  const { object, list } = search(text);
  if (object === undefined) throw explain(text, list);
  const json = text.slice(object.start, object.end);
  if (!whole && json.includes('\uFFFD')) {
    throw new Problem('not_utf8', 'Its output is not UTF-8 text.');
  }
  return JSON.parse(json);
}
