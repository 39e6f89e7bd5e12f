import { Problem } from '../../core/problem.ts';
import { type FoundJson, findResult } from './find-result.ts';
import { placeOf } from './json-tokenizer.ts';

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

const LIST = 'It printed a JSON list; one JSON object was expected.';

function explain(text: string, found: Exclude<FoundJson, { kind: 'object' }> | undefined): Problem {
  if (text.trim() === '') return new Problem('no_output', 'It printed nothing; one JSON object was expected.');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    if (found?.kind === 'list') return new Problem('not_object', LIST);
    if (found === undefined)
      return new Problem('not_json', `No JSON object is in its output, which ends ${quoteEnd(text)}.${hint(text)}`);
    const { start, end, fault } = found;
    const cutOff = /^\s*(?:"[^"\n]*\s*)?$/.test(text.slice(fault));
    const how = cutOff ? 'is cut off: it has no end' : `is broken at ${placeOf(text, fault)}`;
    return new Problem('not_json', `The last JSON object in its output ${how}.${hint(text.slice(start, end))}`);
  }
  const kind = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  return new Problem('not_object', `It printed JSON that is ${kind}; one JSON object was expected.`);
}

/**
 * Reads the last JSON object in a program's output; other lines may surround it.
 *
 * @throws Problem `no_output`, `not_json` (a broken last object too), `not_object` (a list, a number, …), `not_utf8`
 */
export function lastJsonObject(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const { text, whole } = decode(bytes);
  const found = findResult(text);
  if (found?.kind !== 'object') throw explain(text, found);
  const json = text.slice(found.start, found.end);
  if (!whole && json.includes('\uFFFD')) {
    throw new Problem('not_utf8', 'Its output is not UTF-8 text.');
  }
  return JSON.parse(json);
}
