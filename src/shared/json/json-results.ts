/** The objects that a program printed as its result, and what is wrong with those that are broken. */
import { Problem } from '../../core/problem.ts';
import { type FoundJson, findResults, NOTIFY } from './find-result.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { placeOf } from './json-tokenizer.ts';

/** One object of a result, or why it can't be read. */
export type JsonResult = JsonObject | Problem;

function decode(bytes: Uint8Array): { readonly text: string; readonly whole: boolean } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), whole: true };
  } catch {
    return { text: new TextDecoder('utf-8').decode(bytes), whole: false };
  }
}

/** Quotes the end of the output, for an error. */
function quoteEnd(text: string): string {
  const line = text.trimEnd().split('\n').at(-1) ?? '';
  const clean = line.replace(/\p{C}+/gu, ' ').trim();
  return JSON.stringify(clean.length > 80 ? `…${clean.slice(-80)}` : clean);
}

function hint(text: string): string {
  if (/[:[,]\s*-?(NaN|Infinity)\b/.test(text)) return ' NaN and Infinity are not JSON: replace them by null.';
  if (/\{\s*'|:\s*(True|False|None)\b/.test(text)) return ' It looks like a Python dict: print(json.dumps(result)).';
  if (/\{\s*[A-Za-z_$][\w$]*\s*:/.test(text))
    return ' It looks like a JavaScript object: console.log(JSON.stringify(result)).';
  if (/,\s*[}\]]/.test(text)) return ' A comma stands before a closing bracket: remove it.';
  return '';
}

const NOT_UTF8 = 'Its output is not UTF-8 text.';

const kindOf = (value: unknown) => (Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`);

/** Why a text without any object has no result. */
function explain(text: string, found: FoundJson | undefined): Problem {
  if (text.trim() === '') return new Problem('no_output', 'It printed nothing; one JSON object was expected.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return found === undefined
      ? new Problem('not_json', `No JSON object is in its output, which ends ${quoteEnd(text)}.${hint(text)}`)
      : new Problem('not_object', 'It printed a JSON list; one JSON object was expected.');
  }
  return new Problem('not_object', `It printed JSON that is ${kindOf(value)}; one JSON object was expected.`);
}

function explainBroken(text: string, found: FoundJson & { kind: 'broken' }, isLast: boolean): Problem {
  const { start, end, fault } = found;
  const cutOff = /^\s*(?:"[^"\n]*\s*)?$/.test(text.slice(fault));
  const how = cutOff ? 'is cut off: it has no end' : `is broken at ${placeOf(text, fault)}`;
  const which = isLast ? 'The last JSON object' : 'A JSON object';
  return new Problem('not_json', `${which} in its output ${how}.${hint(text.slice(start, end))}`);
}

const marked = (value: unknown): boolean => isJsonObject(value) && Object.hasOwn(value, 'notify');

/** A value of the text with what it holds; `marked` where a field `notify` makes it a result. */
interface Candidate {
  readonly found: FoundJson;
  readonly results: readonly JsonResult[];
  readonly marked: boolean;
}

/** @param whole whether the text is UTF-8 */
function candidateOf(text: string, whole: boolean, found: FoundJson, isLast: boolean): Candidate {
  const { start, end, own } = found;
  const json = text.slice(start, end);
  const mentions = NOTIFY.test(json);
  if (found.kind === 'broken') {
    return { found, results: [explainBroken(text, found, isLast)], marked: mentions && own };
  }
  // Most values are neither, and need not be parsed.
  if (!mentions && !isLast) return { found, results: [], marked: false };
  if (!whole && json.includes('\uFFFD')) return { found, results: [new Problem('not_utf8', NOT_UTF8)], marked: own };
  const value: unknown = JSON.parse(json);
  if (isJsonObject(value)) return { found, results: [value], marked: own && marked(value) };
  if (!Array.isArray(value) || !value.some(marked)) return { found, results: [], marked: false };
  const results = value.map((item) =>
    isJsonObject(item) ? item : new Problem('not_object', 'It is not a JSON object.'),
  );
  return { found, results, marked: own };
}

/**
 * Reads the objects that a program printed as its result; other lines may surround them. Each object with a field
 * `notify` counts that begins a line, or stands in a list that does, also one that is broken; a broken one at the end
 * counts in any case. Where there is none, the last object counts. An empty list alone is a result without objects.
 *
 * @throws Problem `no_output`, `not_json`, `not_object` (a number, a list without `notify`, …)
 */
export function jsonResults(bytes: Uint8Array): readonly JsonResult[] {
  const { text, whole } = decode(bytes);
  if (/^\s*\[\s*\]\s*$/.test(text)) return [];
  const found = findResults(text);
  const candidates = found.map((one, index) => candidateOf(text, whole, one, index === found.length - 1));
  const last = candidates.at(-1);
  const counted = candidates.filter((one) => one.marked || (one === last && one.found.kind === 'broken'));
  const results = (candidates.some((one) => one.marked) ? counted : last ? [last] : []).flatMap((one) => one.results);
  if (results.length === 0) throw explain(text, last?.found);
  return results;
}
