/** The output of a notification script: the notifications among what it prints on standard output. */
import { Problem } from '../../core/problem.ts';
import type { ScriptLanguage } from '../json/json-hint.ts';
import type { JsonObject } from '../json/json-object.ts';
import { jsonResults } from '../json/json-results.ts';
import { checkScriptOutput, type ScriptOutput } from './script-output.ts';

/** One notification of a script: what it printed, or what is wrong with that. */
export type ScriptEntry = { readonly output: ScriptOutput } | { readonly problem: Problem };

function entryOf(result: JsonObject | Problem): ScriptEntry {
  if (result instanceof Problem) return { problem: result };
  try {
    return { output: checkScriptOutput(result) };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { problem: error };
  }
}

/** Says which of several notifications a sentence is about. */
function placed(entry: ScriptEntry, result: JsonObject | Problem, number: number, count: number): ScriptEntry {
  if ('output' in entry) return entry;
  const own = result instanceof Problem ? undefined : result.key;
  const keyed =
    typeof own === 'string' && own !== '' ? ` (key ${JSON.stringify(own.slice(0, 60).toWellFormed())})` : '';
  const { code, message } = entry.problem;
  return { problem: new Problem(code, `Notification ${number} of ${count}${keyed}: ${message}`) };
}

/**
 * Reads a script's output: its notifications in their order, regardless of the text around them. One that is wrong
 * harms no other.
 *
 * @param language of the script, for hints
 * @throws Problem `no_output`, `not_json`, `not_object`, `not_utf8`, `bad_field`, `bad_duration` when there is no other
 */
export function readScriptOutput(stdout: Uint8Array, language?: ScriptLanguage): readonly ScriptEntry[] {
  const results = jsonResults(stdout, language);
  const entries = results.map(entryOf);
  const [only, ...others] = entries;
  if (others.length > 0) {
    return entries.map((entry, index) => {
      const result = results[index];
      return result === undefined ? entry : placed(entry, result, index + 1, entries.length);
    });
  }
  if (only !== undefined && 'problem' in only) throw only.problem;
  return entries;
}
