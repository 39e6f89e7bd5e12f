/** Reads the actor's answers. Scripts' owners can influence their content, so every field is checked. */

import { Problem } from '../../../core/problem.ts';
import { type JsonObject, jsonObjectIn } from '../../json/json-object.ts';
import {
  ACTOR_ERROR_CODES,
  type ActorAction,
  type ActorAnswers,
  type ListedScript,
  RUN_OUTCOMES,
  type RunResult,
  type UnitRun,
} from './protocol.ts';

const isTextOrNull = (value: unknown): value is string | null => value === null || typeof value === 'string';

/** Checks one object of a `list` answer; unknown fields are left out. */
export function asListedScript(value: unknown): ListedScript | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, stem, schedule, tz, last_run, last_result, cooldown_left, cooldown_until, error }: JsonObject = {
    ...value,
  };
  if (typeof name !== 'string' || typeof stem !== 'string') return undefined;
  if (!isTextOrNull(schedule) || !isTextOrNull(last_run)) return undefined;
  if (!isTextOrNull(last_result) || !isTextOrNull(cooldown_left) || !isTextOrNull(cooldown_until)) return undefined;
  const zone = typeof tz === 'string' ? { tz } : {};
  const failure = typeof error === 'string' ? { error } : {};
  return { name, stem, schedule, ...zone, last_run, last_result, cooldown_left, cooldown_until, ...failure };
}

/** Checks one object of a `run` answer; unknown fields are left out. */
export function asRunResult(value: unknown): RunResult | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, result: word, detail, seconds }: JsonObject = { ...value };
  const result = RUN_OUTCOMES.find((known) => known === word);
  if (typeof name !== 'string' || result === undefined || typeof seconds !== 'number') return undefined;
  return { name, result, ...(typeof detail === 'string' && { detail }), seconds };
}

function asUnitRun(value: unknown): UnitRun | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { unit, uid }: JsonObject = { ...value };
  return typeof unit === 'string' && typeof uid === 'number' ? { unit, uid } : undefined;
}

function everyOf<T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item) => read(item));
  return items.every((item) => item !== undefined) ? items : undefined;
}

const invalidAnswer = () => new Problem('failed', "The actor's answer is invalid: see its journal.");

function readAnswer(action: ActorAction, fields: JsonObject): ActorAnswers[ActorAction] | undefined {
  if (fields.ok !== true) return undefined;
  if (action === 'list') {
    const scripts = everyOf(fields.scripts, asListedScript);
    return scripts && { ok: true, scripts };
  }
  if (action === 'runs') {
    const runs = everyOf(fields.runs, asUnitRun);
    return runs && { ok: true, runs };
  }
  if (action === 'stop') {
    return typeof fields.stopped === 'boolean' ? { ok: true, stopped: fields.stopped } : undefined;
  }
  if (action === 'run') {
    const result = asRunResult(fields.result);
    return result && { ok: true, result };
  }
  const lines = everyOf(fields.lines, (line) => (typeof line === 'string' ? line : undefined));
  return lines && { ok: true, lines };
}

/**
 * Reads the answer to an action.
 *
 * @param line with or without its newline; empty if the actor ended without an answer
 * @throws Problem with the actor's own sentence and one of `ACTOR_ERROR_CODES`; `failed` if the answer is invalid
 */
export function parseActorAnswer<Action extends ActorAction>(action: Action, line: string): ActorAnswers[Action];
export function parseActorAnswer(action: ActorAction, line: string): ActorAnswers[ActorAction] {
  const fields = jsonObjectIn(line);
  if (fields === undefined) throw invalidAnswer();
  const code = ACTOR_ERROR_CODES.find((known) => known === fields.code);
  if (typeof fields.error === 'string') throw new Problem(code ?? 'failed', fields.error);
  const answer = readAnswer(action, fields);
  if (answer === undefined) throw invalidAnswer();
  return answer;
}
