/**
 * What a script's last sends were: `state/<script>.json`, `{"last_sent": <unix seconds>}`, 0 for never, with more beside it.
 *
 * Promises: replaced whole and synced; what other programs keep in it stays; a file that can't be read is moved aside,
 * never overwritten. Read and written only by who holds the script's lock.
 */
import { lstatSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import { writeDurably } from '../../shared/files/durable.ts';
import { makeDirs } from '../../shared/files/make-dirs.ts';
import { reasonOf, storageProblem } from '../../shared/files/storage-problem.ts';
import type { Failures, OngoingFailure } from '../policy/failure-policy.ts';
import { fileNameFor } from './file-name.ts';

export interface ScriptState extends Failures {
  /** Unix seconds of the last send without a key. */
  readonly lastSent?: number;
  /** Unix seconds of the last send of each key. */
  readonly keys: Readonly<Record<string, number>>;
  /** Everything else that stands in the file. */
  readonly rest: Readonly<Record<string, unknown>>;
}

const EMPTY: ScriptState = { keys: {}, rest: {} };
/** Keys beyond this are the oldest, and dropped: a script may make one of every order it sees. */
const MAX_KEYS = 1000;

type Fields = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function time(value: unknown, field: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Error(`${field} is not a Unix time in seconds`);
}

function keysFrom(value: unknown): Readonly<Record<string, number>> {
  if (!isObject(value)) throw new Error('keys is not an object');
  return Object.fromEntries(Object.entries(value).map(([key, sent]) => [key, time(sent, `keys.${key}`)]));
}

function failingFrom(value: unknown): OngoingFailure {
  if (!isObject(value)) throw new Error('failing is not an object');
  const since = time(value.since, 'failing.since');
  return value.told_at === undefined ? { since } : { since, told_at: time(value.told_at, 'failing.told_at') };
}

function parse(text: string): ScriptState {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('it is not a JSON object');
  const { last_sent: lastSent, keys, failing, failure_told: failureTold, ...rest } = value;
  // 0, and the earlier Python runner's null: nothing was ever sent without a key.
  const sent = lastSent === undefined || lastSent === null ? 0 : time(lastSent, 'last_sent');
  return {
    ...(sent !== 0 && { lastSent: sent }),
    keys: keys === undefined ? {} : keysFrom(keys),
    ...(failing !== undefined && { failing: failingFrom(failing) }),
    ...(failureTold !== undefined && { failureTold: time(failureTold, 'failure_told') }),
    rest,
  };
}

function format({ lastSent, keys, failing, failureTold, rest }: ScriptState): string {
  const newest = Object.entries(keys)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_KEYS);
  const fields = {
    // Always there: other readers hold on to it.
    last_sent: lastSent ?? 0,
    ...rest,
    ...(newest.length > 0 && { keys: Object.fromEntries(newest) }),
    ...(failing && { failing }),
    ...(failureTold !== undefined && { failure_told: failureTold }),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

const fileOf = (stateDir: string, stateName: string) => join(stateDir, 'state', `${fileNameFor(stateName)}.json`);

/** Reads a script's state without changing anything. @throws the system's error, or what is wrong with the content */
function read(path: string): ScriptState {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return EMPTY;
    throw error;
  }
}

/** A script's state for display; what can't be read counts as empty. */
export function peekState(stateDir: string, stateName: string): ScriptState {
  try {
    return read(fileOf(stateDir, stateName));
  } catch {
    return EMPTY;
  }
}

/** A name beside the file that nothing has yet. */
function asideName(path: string): string {
  const name = `${path}.unreadable-${Math.floor(Date.now() / 1000)}`;
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (lstatSync(candidate, { throwIfNoEntry: false }) === undefined) return candidate;
  }
}

/**
 * Reads a script's state. A file that isn't understood is moved aside, and said; the script starts anew.
 *
 * @throws Problem `storage` when the file can't be opened, or moved aside
 */
export function readState(stateDir: string, stateName: string): { state: ScriptState; problem?: Problem } {
  const path = fileOf(stateDir, stateName);
  try {
    return { state: read(path) };
  } catch (error) {
    if (errnoOf(error) !== undefined) {
      throw new Problem('storage', `${path} can't be read: ${reasonOf(error)}.`, { cause: error });
    }
    const aside = asideName(path);
    try {
      renameSync(path, aside);
    } catch (moving) {
      throw new Problem('storage', `${path} can't be understood, nor moved aside: ${reasonOf(moving)}.`, {
        cause: moving,
      });
    }
    const message = `${path} can't be understood (${sentenceOf(error)}): it is kept as ${aside}, and the cooldown begins anew.`;
    return { state: EMPTY, problem: new Problem('state', message) };
  }
}

/** Stores a script's state. @throws Problem `storage` */
export async function writeState(stateDir: string, stateName: string, state: ScriptState): Promise<void> {
  const path = fileOf(stateDir, stateName);
  try {
    makeDirs(join(stateDir, 'state'), 0o700);
    await writeDurably(path, format(state), 0o600);
  } catch (error) {
    throw storageProblem(path, error);
  }
}

/** The Unix time in ms of a key's last send, or of the script's without a key. */
export function lastSentOf({ lastSent, keys }: ScriptState, key: string | undefined): number | undefined {
  const seconds = key === undefined ? lastSent : Object.hasOwn(keys, key) ? keys[key] : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The state after a send. @param at Unix time in ms */
export function withSend(state: ScriptState, key: string | undefined, at: number): ScriptState {
  const seconds = Math.round(at) / 1000;
  return key === undefined ? { ...state, lastSent: seconds } : { ...state, keys: { ...state.keys, [key]: seconds } };
}
