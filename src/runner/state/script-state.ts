/** What is remembered of a script: its last sends and its failures; and the JSON of that. */
import type { FailureMemory, OngoingFailure } from '../outcomes.ts';

export interface ScriptState extends FailureMemory {
  /** Unix seconds of the last send without a key. */
  readonly lastSent?: number;
  /** Unix seconds of the last send of each key. */
  readonly keys: Readonly<Record<string, number>>;
  /** All other fields of the file, which belong to other programs. */
  readonly rest: Readonly<Record<string, unknown>>;
  /** The file can't be opened: what it holds is unknown, and it must not be replaced. */
  readonly unreadable?: true;
}

/** The state of a script that never sent anything. */
export const EMPTY_STATE: ScriptState = { keys: {}, rest: {} };

/** The oldest keys beyond this are dropped: a script may use a key for every order it sees. */
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
  return value.told_at === undefined ? { since } : { since, alertedAt: time(value.told_at, 'failing.told_at') };
}

/** Reads the content of a state file. @throws Error whose message is a clause such as `keys is not an object` */
export function parseState(text: string): ScriptState {
  const value: unknown = JSON.parse(text);
  if (!isObject(value)) throw new Error('it is not a JSON object');
  const { last_sent: lastSent, keys, failing, failure_told: failureTold, ...rest } = value;
  // 0, or null from the earlier Python runner: nothing was ever sent without a key.
  const sent = lastSent === undefined || lastSent === null ? 0 : time(lastSent, 'last_sent');
  return {
    ...(sent !== 0 && { lastSent: sent }),
    keys: keys === undefined ? {} : keysFrom(keys),
    ...(failing !== undefined && { failing: failingFrom(failing) }),
    ...(failureTold !== undefined && { lastAlertAt: time(failureTold, 'failure_told') }),
    rest,
  };
}

/** The content of a state file. */
export function formatState({ lastSent, keys, failing, lastAlertAt, rest }: ScriptState): string {
  const newest = Object.entries(keys)
    .sort(([, a], [, b]) => b - a)
    .slice(0, MAX_KEYS);
  const fields = {
    // Present even when nothing was sent: other programs read it.
    last_sent: lastSent ?? 0,
    ...rest,
    ...(newest.length > 0 && { keys: Object.fromEntries(newest) }),
    ...(failing && {
      failing: {
        since: failing.since,
        ...(failing.alertedAt !== undefined && { told_at: failing.alertedAt }),
      },
    }),
    ...(lastAlertAt !== undefined && { failure_told: lastAlertAt }),
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** The Unix time in ms of a key's last send, or of the last send without a key. */
export function lastSentOf({ lastSent, keys }: ScriptState, key: string | undefined): number | undefined {
  const seconds = key === undefined ? lastSent : Object.hasOwn(keys, key) ? keys[key] : undefined;
  return seconds === undefined ? undefined : seconds * 1000;
}

/** The state after a send. @param at Unix time in ms */
export function withSend(state: ScriptState, key: string | undefined, at: number): ScriptState {
  const seconds = Math.round(at) / 1000;
  return key === undefined ? { ...state, lastSent: seconds } : { ...state, keys: { ...state.keys, [key]: seconds } };
}

/** The state with another memory of failures. */
export function withFailures({ failing, lastAlertAt, ...others }: ScriptState, memory: FailureMemory): ScriptState {
  return { ...others, ...memory };
}
