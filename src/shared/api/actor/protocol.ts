/**
 * The protocol between bot and actor: one connection, one line of JSON each way, then the end. Lines of
 * progress (`progress.ts`) come before the answer to a `run` that asks for them.
 *
 * The bot keeps its side open until it has the answer. If it closes earlier, `list` and `log` are aborted; a `run`
 * continues, and its script's notification is delivered as usual.
 */
import type { Code } from '../../../core/codes.ts';

/** Bytes of a request, its newline included. */
export const MAX_REQUEST_BYTES = 4096;

/**
 * How long the bot keeps an idle connection open, ms. After a user was shown buttons, a started actor is ready for the
 * next press; the actor itself waits a little longer.
 */
export const STAND_BY_MS = 120_000;

/** Log lines that a request may ask for. */
export const MOST_LOG_LINES = 200;

/** A request of the bot about one user's scripts. The name is a script's, with or without its extension. */
export type UserRequest =
  | { readonly action: 'list'; readonly user: string }
  /** `progress` asks for lines of progress before the answer. */
  | { readonly action: 'run'; readonly user: string; readonly name: string; readonly progress?: boolean }
  /** `lines` is the number of newest lines; about what fits a chat by default. */
  | { readonly action: 'log'; readonly user: string; readonly name: string; readonly lines?: number };

/** Ends a user's run with all its processes: SIGTERM, and five seconds later SIGKILL. */
export interface StopRequest {
  readonly action: 'stop';
  readonly user: string;
  /** The name of the run's unit. */
  readonly unit: string;
}

/** A request of the bot. `runs` asks which runs are under way, of all users. */
export type ActorRequest = UserRequest | StopRequest | { readonly action: 'runs' };

export type ActorAction = ActorRequest['action'];

/** One object of `notify-runner list --json`. */
export interface ListedScript {
  readonly name: string;
  readonly stem: string;
  /** Cron syntax, or `null` if the script runs at every start of the runner. */
  readonly schedule: string | null;
  /** The time zone that its header names. */
  readonly tz?: string;
  /** ISO 8601. */
  readonly last_run: string | null;
  /** A word such as `sent`. */
  readonly last_result: string | null;
  /** Such as `42m`; `null` without a cooldown in effect. */
  readonly cooldown_left: string | null;
  /** End of the cooldown, ISO 8601; `null` without a cooldown in effect. */
  readonly cooldown_until: string | null;
  /** The reason why its header can't be read. */
  readonly error?: string;
}

const RUN_UNIT = /^notify-run-(\d{1,10})-[0-9a-f]{12}\.service$/;

/** Whose run a unit is, by its name; `undefined` for any other unit. */
export function uidOfRunUnit(unit: string): number | undefined {
  const uid = RUN_UNIT.exec(unit)?.[1];
  return uid === undefined ? undefined : Number(uid);
}

/** A run that is under way, as systemd knows it. */
export interface UnitRun {
  /** The name of its unit, which no later run has. */
  readonly unit: string;
  /** Whose it is. */
  readonly uid: number;
}

/** The possible results of a run. */
export const RUN_OUTCOMES = [
  'sent',
  'queued',
  'muted',
  'firing',
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
  /** One more clause or sentence. */
  readonly detail?: string;
  readonly seconds: number;
}

/**
 * Error codes of the actor.
 *
 * - `forbidden` the caller is not the bot
 * - `bad_request` an invalid request
 * - `unknown_user` no such account · `refused_user` an account whose scripts are not run
 * - `no_script` no script of this name, or several · `no_folder` the user has no folder of scripts
 * - `too_much_output` more than an answer may hold · `timeout` too slow
 * - `failed` any other error; the journal has the details
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

/** The answer to each action. */
export interface ActorAnswers {
  readonly list: { readonly ok: true; readonly scripts: readonly ListedScript[] };
  readonly run: { readonly ok: true; readonly result: RunResult };
  readonly log: { readonly ok: true; readonly lines: readonly string[] };
  readonly runs: { readonly ok: true; readonly runs: readonly UnitRun[] };
  /** `stopped` is `false` where the run had ended by itself. */
  readonly stop: { readonly ok: true; readonly stopped: boolean };
}
