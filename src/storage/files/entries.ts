import type { Code } from '../../core/codes.ts';
import { topicOf } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/json-object.ts';
import { createJsonStore, type JsonStore } from '../../shared/json/json-store.ts';
import type { Chat } from '../ports.ts';

/** A file's top level, name to entry; a `Map`, so that a user named `__proto__` is like any other. */
export type Entries = ReadonlyMap<string, unknown>;

/** The fields of an entry, with those that other programs keep in it; `undefined` for what is not an object. */
export function fieldsOf(value: unknown): JsonObject | undefined {
  return isJsonObject(value) ? value : undefined;
}

/** What a value is, for a sentence: `a string`, `null`, `an array`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

function parseEntries(value: unknown): Entries {
  const fields = fieldsOf(value);
  if (fields === undefined) throw new Problem('wrong_shape', `its top level is ${kindOf(value)}, not an object`);
  return new Map(Object.entries(fields));
}

/** A store of entries by name. @param code the code of the Problem while the file cannot be read */
export function createEntryStore(path: string, code: Code, onProblem?: (problem: Problem) => void): JsonStore<Entries> {
  return createJsonStore<Entries>({
    path,
    code,
    empty: () => new Map(),
    parse: parseEntries,
    ...(onProblem === undefined ? {} : { onProblem }),
  });
}

/** A whole number that JavaScript holds exactly, such as a chat's id. */
export function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value);
}

/** An account's number: whole and not negative. */
export function isUid(value: unknown): value is number {
  return isWhole(value) && value >= 0;
}

/**
 * Type and name kept in an entry, with empty words where another program wrote none.
 *
 * @param threadId the topic that the entry names
 */
export function chatOf(id: number, stored: unknown, threadId?: unknown): Chat {
  const { type, name } = fieldsOf(stored) ?? {};
  // Telegram gives people positive ids, and groups negative ones.
  const guessed = id > 0 ? 'private' : 'group';
  const topic = topicOf(threadId);
  return {
    id,
    type: typeof type === 'string' ? type : guessed,
    name: typeof name === 'string' ? name : '',
    ...(topic !== undefined && { threadId: topic }),
  };
}

/** A time as an entry has it, ms since 1970; `undefined` for what is none. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A time as the files have it: ISO 8601, UTC, whole seconds. @param time milliseconds */
export function isoSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
