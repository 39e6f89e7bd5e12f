/**
 * The client of `notify-actor`, which runs a script as its owner: one line with the request, one with the answer, and lines
 * of a run's progress in between.
 */
import { connect, type Socket } from 'node:net';
import { Problem } from '../../core/problem.ts';
import { parseActorAnswer } from '../../shared/api/actor/answer.ts';
import type {
  ActorAction,
  ActorAnswers,
  ActorRequest,
  ListedScript,
  RunResult,
  UnitRun,
} from '../../shared/api/actor/protocol.ts';
import { actorRequestLine, isBareName } from '../../shared/api/actor/request.ts';
import type { ConcurrencyLimit } from '../../shared/fairness/concurrency-limit.ts';
import { withDeadline } from '../../shared/process/deadline.ts';
import { busy, exchange, type Follow } from './exchange.ts';
import { QUESTION_WAIT_MS } from './run-limits.ts';
import { createWarmConnection } from './warm-connection.ts';

/**
 * Every function throws Problem with a sentence for the person who asked: `not_set_up` (this server has no actor),
 * `busy`, `timeout`, `no_answer`, `bad_name`, or a code of the actor. When aborted, they throw the signal's reason.
 */
export interface Actor {
  list(user: string, signal: AbortSignal): Promise<readonly ListedScript[]>;
  /** The last lines of the runner's log about a script, oldest first. @param lines how many; by default as many as a chat shows */
  log(user: string, script: string, signal: AbortSignal, lines?: number): Promise<readonly string[]>;
  /** Runs a script and waits for its end. @param follow called with what is known of it meanwhile */
  run(user: string, script: string, signal: AbortSignal, follow?: Follow): Promise<RunResult>;
  /** Ends a run with all its processes, and waits for that. @returns whether it ran */
  stop(user: string, unit: string, signal: AbortSignal): Promise<boolean>;
  /** The runs under way, of all users, also those that an earlier process of the service began. */
  runs(signal: AbortSignal): Promise<readonly UnitRun[]>;
}

/** How to reach the actor, and the limits for questions. */
export interface ActorOptions {
  readonly socketPath: string;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Limits `list`, `log` and `stop`, in turns; callers of `run` limit their runs themselves. */
  readonly questions: ConcurrencyLimit;
  /** How long such a question waits for its turn, milliseconds. */
  readonly waitMs?: number;
  /** How long an answer to `list` and `log` may take, milliseconds. */
  readonly answerMs?: number;
}

const ANSWER_MS = 15_000;
/** The runner limits a script to a day; this adds an hour for what happens before and after. */
const RUN_MS = 25 * 3_600_000;
/** Makes a request, with a time limit. */
async function ask<Action extends ActorAction>(
  open: () => Socket,
  request: ActorRequest & { readonly action: Action },
  ms: number,
  signal: AbortSignal,
  follow?: Follow,
): Promise<ActorAnswers[Action]> {
  if ('name' in request && !isBareName(request.name)) {
    throw new Problem('bad_name', 'That is no script’s name: /run alone lists what can be run.');
  }
  const line = await withDeadline(signal, ms, (deadline) =>
    exchange(open, actorRequestLine(request), deadline, follow),
  ).catch((error: unknown) => {
    if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
    const seconds = Math.round(ms / 1000);
    throw new Problem('timeout', `The server’s helper for scripts did not answer within ${seconds} s.`);
  });
  return parseActorAnswer(request.action, line);
}

/** Creates the client; nothing is opened before the first request. */
export function createActor({
  socketPath,
  stopping,
  questions,
  answerMs = ANSWER_MS,
  waitMs = QUESTION_WAIT_MS,
}: ActorOptions): Actor {
  const standBy = createWarmConnection(socketPath, stopping);
  /** Prepares a connection after each answer, since a person who sees one may press a button next. */
  async function put<Action extends ActorAction>(
    request: ActorRequest & { readonly action: Action },
    ms: number,
    signal: AbortSignal,
    follow?: Follow,
  ): Promise<ActorAnswers[Action]> {
    const answer = await ask<Action>(standBy.take, request, ms, signal, follow);
    standBy.prepare();
    return answer;
  }
  async function question<T>(user: string, signal: AbortSignal, wanted: () => Promise<T>): Promise<T> {
    const place = await questions.wait(user, waitMs, signal);
    if ('full' in place) throw busy();
    try {
      return await wanted();
    } finally {
      place.free();
    }
  }
  return {
    list: (user, signal) =>
      question(user, signal, async () => (await put({ action: 'list', user }, answerMs, signal)).scripts),
    log: (user, name, signal, lines) =>
      question(user, signal, async () => {
        const request = { action: 'log', user, name, ...(lines === undefined ? {} : { lines }) } as const;
        return (await put(request, answerMs, signal)).lines;
      }),
    async run(user, name, signal, follow) {
      const request = { action: 'run', user, name, ...(follow !== undefined && { progress: true }) } as const;
      return (await put(request, RUN_MS, signal, follow)).result;
    },
    stop: (user, unit, signal) =>
      question(user, signal, async () => (await put({ action: 'stop', user, unit }, answerMs, signal)).stopped),
    // It leaves the actor that stands by to people.
    runs: async (signal) => (await ask(() => connect(socketPath), { action: 'runs' }, answerMs, signal)).runs,
  };
}
