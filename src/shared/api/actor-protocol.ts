/**
 * What the bot and the actor say to each other: one connection, one line of JSON each way, then the end. Written by
 * hand, since the actor starts anew for every press of a button and its person waits.
 *
 * The bot keeps its side open until it has the answer: one that closes has hung up. Then `list` and `log` end; a
 * `run` goes on, and what its script says travels as ever.
 */
import type { Code } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { jsonObjectIn } from '../json/json-object.ts';

/** Bytes of a request, its newline included. */
export const MAX_REQUEST_BYTES = 4096;

/**
 * How long the bot keeps a connection open before it asks for something, ms. Once somebody looks at buttons, an actor
 * stands by for whoever presses one next; the actor itself waits a little longer.
 */
export const STAND_BY_MS = 120_000;

/** Lines of the log that may be asked for. */
export const MOST_LOG_LINES = 200;

/** Bytes of a file's name, as Linux has it (`NAME_MAX`). */
const MAX_NAME_BYTES = 255;

/** What the bot may ask for. The name is a script's, with or without its ending. */
export type ActorRequest =
  | { readonly action: 'list'; readonly user: string }
  | { readonly action: 'run'; readonly user: string; readonly name: string }
  /** `lines` the newest of the log, as many as a person reads in a chat unless given. */
  | { readonly action: 'log'; readonly user: string; readonly name: string; readonly lines?: number };

export type ActorAction = ActorRequest['action'];

/** One object of `notify-runner list --json`. */
export interface ListedScript {
  readonly name: string;
  readonly stem: string;
  /** Cron syntax, or `null` where the script runs each time. */
  readonly schedule: string | null;
  /** ISO 8601. */
  readonly last_run: string | null;
  /** A word such as `sent`. */
  readonly last_result: string | null;
  /** Such as `42m`; `null` where nothing holds it back. */
  readonly cooldown_left: string | null;
  /** When it ends, ISO 8601; `null` where nothing holds it back. */
  readonly cooldown_until: string | null;
  /** Why its header can't be read. */
  readonly error?: string;
}

/** How a run can end. */
export const RUN_OUTCOMES = [
  'sent',
  'queued',
  'muted',
  'waiting',
  'quiet',
  'cooldown',
  'failed',
  'running',
  'would-send',
  'stopped',
] as const;
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** One object of `notify-runner run NAME --json --no-output`. */
export interface RunResult {
  readonly name: string;
  readonly result: RunOutcome;
  /** One clause or sentence more. */
  readonly detail?: string;
  readonly seconds: number;
}

/**
 * Why there is no answer.
 *
 * - `forbidden` the caller is not the bot
 * - `bad_request` not a request
 * - `unknown_user` no such account · `refused_user` an account that runs no scripts
 * - `no_script` no script of this name, or of more than one · `no_folder` the user has no folder of scripts
 * - `too_much_output` more than an answer may hold · `timeout` too slow
 * - `failed` anything else; the journal knows more
 */
export const ACTOR_ERROR_CODES = [
  'forbidden',
  'bad_request',
  'unknown_user',
  'refused_user',
  'no_script',
  'no_folder',
  'too_much_output',
  'timeout',
  'failed',
] as const satisfies readonly Code[];

/** What each action is answered with. */
export interface ActorAnswers {
  readonly list: { readonly ok: true; readonly scripts: readonly ListedScript[] };
  readonly run: { readonly ok: true; readonly result: RunResult };
  readonly log: { readonly ok: true; readonly lines: readonly string[] };
}

/** Whether a text is the bare name of a file: it stays in its folder, whoever puts it behind a path. */
export function isBareName(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  if (bytes === 0 || bytes > MAX_NAME_BYTES || name === '.' || name === '..') return false;
  return name.isWellFormed() && !/[/\p{Cc}]/u.test(name);
}

const refuse = (message: string) => new Problem('bad_request', message);

/** Reads a request. @param line without its newline @throws Problem `bad_request` */
export function parseActorRequest(line: string): ActorRequest {
  const fields = jsonObjectIn(line);
  if (fields === undefined) throw refuse('The request is not one JSON object.');
  const { action, user, name, lines, ...others } = fields;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) throw refuse(`The request has a field that is not known: ${JSON.stringify(unknown)}.`);
  if (typeof user !== 'string' || user === '') throw refuse('user: expected the name of an account.');
  if (lines !== undefined && action !== 'log') throw refuse('lines: only log takes them.');
  if (action === 'list') {
    if (name !== undefined) throw refuse('name: list takes none.');
    return { action, user };
  }
  if (action !== 'run' && action !== 'log') throw refuse('action: expected list, run or log.');
  if (typeof name !== 'string' || !isBareName(name)) {
    throw refuse(`name: expected the bare name of a file, at most ${MAX_NAME_BYTES} bytes, without "/".`);
  }
  if (action === 'run' || lines === undefined) return { action, user, name };
  if (typeof lines === 'number' && Number.isInteger(lines) && lines >= 1 && lines <= MOST_LOG_LINES) {
    return { action, user, name, lines };
  }
  throw refuse(`lines: expected a whole number from 1 to ${MOST_LOG_LINES}.`);
}

/** The line that asks for this, its newline included. */
export const actorRequestLine = (request: ActorRequest): string => `${JSON.stringify(request)}\n`;
