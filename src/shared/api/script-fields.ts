/** The values allowed in the fields of a script's output. Each check throws Problem `bad_field` or `bad_duration`. */
import { addressOf } from '../../core/destination.ts';
import { isKey, type Labels, MAX_KEY, SEVERITIES, type Severity } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import { isJsonObject, type JsonObject } from '../json/json-object.ts';
import { beyondBounds } from '../json/json-size.ts';
import { parseDuration } from '../text/duration.ts';
import { areLabels, FEW_LABELS, fewLabels, SOME_LABELS } from './labels.ts';
import { MAX_DATA, MAX_DESTINATIONS, MAX_PHOTOS } from './limits.ts';
import { A_MOMENT, isSendAt, momentOf } from './send-at.ts';

/** Characters of the key of a cooldown. */
const MAX_COOLDOWN_KEY = 200;

/** Checks the value of a field. @throws Problem */
export type Check<T> = (value: unknown, field: string) => T;

export const bad = (field: string, wanted: string, value: unknown) =>
  new Problem('bad_field', `${field}: expected ${wanted}, found ${describe(value)}.`);

/** A short description of a value, on one line. */
function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : `a list of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'string' && value.length > 60) return `a string of ${value.length} characters`;
  const text = JSON.stringify(value);
  return typeof value === 'string' || value === null ? text : `the ${typeof value} ${text}`;
}

export function text(longest: number, wanted: string): Check<string> {
  return (value, field) => {
    if (typeof value === 'string' && value.length <= longest) return value;
    throw bad(field, wanted, value);
  };
}

const manyDestinations = `a destination such as "ops" or "user:alice", or a list of 1 to ${MAX_DESTINATIONS} of them`;

/** Where a notification goes, as a list. */
export const destinations: Check<readonly string[]> = (value, field) => {
  const names: readonly unknown[] = typeof value === 'string' ? [value] : Array.isArray(value) ? value : [];
  if (names.length === 0 || names.length > MAX_DESTINATIONS) throw bad(field, manyDestinations, value);
  return names.map((name) => {
    if (typeof name === 'string' && addressOf(name) !== undefined) return name;
    throw bad(field, 'names such as "ops", "ops/disks", "@public_name" or "user:alice"', name);
  });
};

const isPath = (value: unknown): value is string =>
  typeof value === 'string' && value.trim() !== '' && !value.includes('\0') && Buffer.byteLength(value) < 4096;

export const path: Check<string> = (value, field) => {
  if (isPath(value)) return value;
  throw bad(field, 'a path', value);
};

export const flag: Check<boolean> = (value, field) => {
  if (typeof value === 'boolean') return value;
  throw bad(field, 'true or false', value);
};

export const paths: Check<readonly string[]> = (value, field) => {
  if (!Array.isArray(value) || value.length < 2 || value.length > MAX_PHOTOS) {
    throw bad(field, `a list of 2 to ${MAX_PHOTOS} paths`, value);
  }
  return value.map((item, index) => path(item, `${field}[${index}]`));
};

export const severity: Check<Severity> = (value, field) => {
  const known = SEVERITIES.find((name) => name === value);
  if (known === undefined) throw bad(field, `one of ${SEVERITIES.join(', ')}`, value);
  return known;
};

export const cooldown: Check<number> = (value, field) => {
  if (typeof value !== 'string') throw bad(field, 'a string such as "30m", "6h" or "1d", or "0" for none', value);
  return parseDuration(value, field);
};

export const data: Check<JsonObject> = (value, field) => {
  if (!isJsonObject(value)) throw bad(field, 'an object', value);
  const beyond = beyondBounds(value, MAX_DATA);
  if (beyond !== undefined) throw new Problem('bad_field', `${field}: expected ${beyond}.`);
  return value;
};

/** When to send: a moment, or a duration from now. */
export const sendAt: Check<string> = (value, field) => {
  if (typeof value !== 'string' || !isSendAt(value)) throw bad(field, A_MOMENT, value);
  momentOf(value, Date.now());
  return value;
};

export const labels: Check<Labels> = (value, field) => {
  if (!areLabels(value)) throw bad(field, SOME_LABELS, value);
  if (!fewLabels(value)) throw new Problem('bad_field', `${field}: expected ${FEW_LABELS}.`);
  return value;
};

export const key: Check<string> = (value, field) => {
  const wanted = `a string of 1 to ${MAX_COOLDOWN_KEY} characters`;
  const found = text(MAX_COOLDOWN_KEY, wanted)(value, field);
  if (found === '') throw bad(field, wanted, value);
  return found;
};

/** A key that names a message to replace. */
export const messageKey: Check<string> = (value, field) => {
  const wanted = `a string of 1 to ${MAX_KEY} printable characters, since "replace" is true`;
  const found = text(MAX_KEY, wanted)(value, field);
  if (!isKey(found)) throw bad(field, wanted, value);
  return found;
};
