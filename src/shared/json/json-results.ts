/** The objects that a program printed as its result, and what is wrong with those that are broken. */
import { Problem } from '../../core/problem.ts';
import { type FoundJson, findResults, isResult, RESULT_MARK } from './find-result.ts';
import { jsonHint, type ScriptLanguage } from './json-hint.ts';
import { isJsonObject, type JsonObject } from './json-object.ts';
import { placeOf } from './json-tokenizer.ts';

/** One object of a result, or why it can't be read. */
export type JsonResult = JsonObject | Problem;

interface Printed {
  readonly text: string;
  /** Whether it is UTF-8. */
  readonly whole: boolean;
  readonly language: ScriptLanguage | undefined;
}

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

const NOT_UTF8 = 'Its output is not UTF-8 text.';

const kindOf = (value: unknown) => (Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`);

/** Why a text without any object has no result. */
function explain(text: string, found: FoundJson | undefined, language: ScriptLanguage | undefined): Problem {
  if (text.trim() === '') return new Problem('no_output', 'It printed nothing; one JSON object was expected.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return found === undefined
      ? new Problem(
          'not_json',
          `No JSON object is in its output, which ends ${quoteEnd(text)}.${jsonHint(text, language)}`,
        )
      : new Problem('not_object', 'It printed a JSON list; one JSON object was expected.');
  }
  return new Problem('not_object', `It printed JSON that is ${kindOf(value)}; one JSON object was expected.`);
}

function explainBroken({ text, language }: Printed, found: FoundJson & { kind: 'broken' }, isLast: boolean): Problem {
  const { start, end, fault } = found;
  const cutOff = /^\s*(?:"[^"\n]*(?:\n\s*)?)?$/.test(text.slice(fault));
  const how = cutOff ? 'is cut off: it has no end' : `is broken at ${placeOf(text, fault)}`;
  const which = isLast ? 'The last JSON object' : 'A JSON object';
  return new Problem(
    'not_json',
    `${which} in its output ${how}.${jsonHint(text.slice(start, end), language, fault - start)}`,
  );
}

/** Notifications of one run at most; their sender means to say fewer, and each costs a file, a request and a message. */
const MOST_RESULTS = 100;
/** Broken objects that are explained in full: each explanation looks for its place in the whole text. */
const MOST_EXPLAINED = 10;

/** A value of the text with what it holds; `marked` where a field makes it a result. */
interface Candidate {
  readonly found: FoundJson;
  /** Without the explanation of a broken one. */
  readonly results: readonly JsonResult[];
  readonly marked: boolean;
}

function candidateOf(printed: Printed, found: FoundJson, isLast: boolean): Candidate {
  const { text, whole } = printed;
  const { start, end, own } = found;
  const json = text.slice(start, end);
  const mentions = RESULT_MARK.test(json);
  if (found.kind === 'broken') {
    return { found, results: [], marked: mentions && own };
  }
  // Most values are neither, and need not be parsed.
  if (!mentions && !isLast) return { found, results: [], marked: false };
  if (!whole && json.includes('\uFFFD')) return { found, results: [new Problem('not_utf8', NOT_UTF8)], marked: own };
  const value: unknown = JSON.parse(json);
  if (isJsonObject(value)) return { found, results: [value], marked: own && isResult(value) };
  if (!Array.isArray(value) || !value.some(isResult)) return { found, results: [], marked: false };
  const results = value.map((item) =>
    isJsonObject(item) ? item : new Problem('not_object', 'It is not a JSON object.'),
  );
  return { found, results, marked: own };
}

/** The results of candidates, with the first broken ones explained. */
function resultsOf(printed: Printed, candidates: readonly Candidate[], last: Candidate | undefined): JsonResult[] {
  let explained = 0;
  return candidates.flatMap((one): readonly JsonResult[] => {
    const { found, results } = one;
    if (found.kind !== 'broken') return results;
    explained += 1;
    if (explained > MOST_EXPLAINED) return [new Problem('not_json', 'A JSON object in its output is broken.')];
    return [explainBroken(printed, found, one === last)];
  });
}

/** Leaves out what is more than a run may say, with a problem that says so. */
function bounded(results: readonly JsonResult[]): readonly JsonResult[] {
  if (results.length <= MOST_RESULTS) return results;
  const sentence = `It printed ${results.length} notifications; only the first ${MOST_RESULTS} are sent. Put more into one message.`;
  return [...results.slice(0, MOST_RESULTS), new Problem('too_many_results', sentence)];
}

/**
 * Reads the objects that a program printed as its result; other lines may surround them. Each object with a field
 * `notify`, and each alert, counts that begins a line, or stands in a list that does, also one that is broken; a broken one at the end
 * counts in any case. Where there is none, the last object counts. An empty list alone is a result without objects.
 *
 * @param language of the program, for hints
 * @throws Problem `no_output`, `not_json`, `not_object` (a number, a list without results, …)
 */
export function jsonResults(bytes: Uint8Array, language?: ScriptLanguage): readonly JsonResult[] {
  const printed: Printed = { ...decode(bytes), language };
  const { text } = printed;
  if (/^\s*\[\s*\]\s*$/.test(text)) return [];
  const found = findResults(text);
  const candidates = found.map((one, index) => candidateOf(printed, one, index === found.length - 1));
  const last = candidates.at(-1);
  const counted = candidates.filter((one) => one.marked || (one === last && one.found.kind === 'broken'));
  const chosen = candidates.some((one) => one.marked) ? counted : last === undefined ? [] : [last];
  const results = resultsOf(printed, chosen, last);
  if (results.length === 0) throw explain(text, last?.found, language);
  return bounded(results);
}
