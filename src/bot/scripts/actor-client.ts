/** The client of `notify-actor`, which runs a script as its owner: one line with the request, one with the answer. */
import { connect, type Socket } from 'node:net';
import { errnoOf, Problem } from '../../core/problem.ts';
import { parseActorAnswer } from '../../shared/api/actor-answer.ts';
import {
  type ActorAction,
  type ActorAnswers,
  type ActorRequest,
  actorRequestLine,
  isBareName,
  type ListedScript,
  type RunResult,
  type UnitRun,
} from '../../shared/api/actor-protocol.ts';
import type { ConcurrencyLimit } from '../../shared/fairness/concurrency-limit.ts';
import { withDeadline } from '../../shared/process/deadline.ts';
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
  /** Runs a script and waits for its end. */
  run(user: string, script: string, signal: AbortSignal): Promise<RunResult>;
  /** The runs under way, of all users, also those that an earlier process of the service began. */
  runs(signal: AbortSignal): Promise<readonly UnitRun[]>;
}

/** How to reach the actor, and the limits for questions. */
export interface ActorOptions {
  readonly socketPath: string;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Limits `list` and `log`, in turns; callers of `run` limit their runs themselves. */
  readonly questions: ConcurrencyLimit;
  /** How long such a question waits for its turn, milliseconds. */
  readonly waitMs?: number;
  /** How long an answer to `list` and `log` may take, milliseconds. */
  readonly answerMs?: number;
}

const ANSWER_MS = 15_000;
/** The runner limits a script to a day; this adds an hour for what happens before and after. */
const RUN_MS = 25 * 3_600_000;
const LARGEST_ANSWER = 2 * 1024 * 1024;
const NEWLINE = 0x0a;

const NOT_SET_UP =
  'Running scripts from Telegram is not set up on this server: the administrator can enable notify-actor.socket.';

/** Explains why a connection failed. */
function explain(error: unknown): Problem {
  const code = errnoOf(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'EACCES' || code === 'ENOTSOCK') {
    return new Problem('not_set_up', NOT_SET_UP, { cause: error });
  }
  if (code === 'EAGAIN') return busy(error);
  return noAnswer(error);
}

const busy = (cause?: unknown) =>
  new Problem('busy', 'Too much is being asked of this server at once: try again in a moment.', { cause });

const noAnswer = (cause?: unknown) =>
  new Problem('no_answer', 'The server’s helper for scripts ended without an answer: /status shows what ran.', {
    cause,
  });

/**
 * Sends a line and returns the first line of the answer, or all of an answer that ends without a newline.
 *
 * @param open returns a connection, which may still be connecting
 */
function exchange(open: () => Socket, line: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const pieces: Buffer[] = [];
    let size = 0;
    const socket = open();
    const settle = (act: () => void) => {
      signal.removeEventListener('abort', aborted);
      socket.destroy();
      act();
    };
    const answered = () => settle(() => resolve(Buffer.concat(pieces).toString('utf8')));
    const aborted = () => settle(() => reject(signal.reason));
    signal.addEventListener('abort', aborted);
    socket.on('error', (error) => settle(() => reject(explain(error))));
    socket.on('data', (piece: Buffer) => {
      const end = piece.indexOf(NEWLINE);
      const part = end === -1 ? piece : piece.subarray(0, end);
      pieces.push(part);
      size += part.length;
      if (size > LARGEST_ANSWER) {
        const problem = new Problem('too_much_output', 'The answer is longer than 2 MiB, which is more than is read.');
        settle(() => reject(problem));
      } else if (end !== -1) answered();
    });
    socket.on('end', () => (size === 0 ? settle(() => reject(noAnswer())) : answered()));
    // The connection broke.
    socket.on('close', () => settle(() => reject(noAnswer())));
    // Node sends it as soon as the socket is connected.
    socket.write(line);
  });
}

/** Makes a request, with a time limit. */
async function ask<Action extends ActorAction>(
  open: () => Socket,
  request: ActorRequest & { readonly action: Action },
  ms: number,
  signal: AbortSignal,
): Promise<ActorAnswers[Action]> {
  if ('name' in request && !isBareName(request.name)) {
    throw new Problem('bad_name', 'That is no script’s name: /run alone lists what can be run.');
  }
  const line = await withDeadline(signal, ms, (deadline) => exchange(open, actorRequestLine(request), deadline)).catch(
    (error: unknown) => {
      if (!(error instanceof DOMException) || error.name !== 'TimeoutError') throw error;
      const seconds = Math.round(ms / 1000);
      throw new Problem('timeout', `The server’s helper for scripts did not answer within ${seconds} s.`);
    },
  );
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
  ): Promise<ActorAnswers[Action]> {
    const answer = await ask<Action>(standBy.take, request, ms, signal);
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
    run: async (user, name, signal) => (await put({ action: 'run', user, name }, RUN_MS, signal)).result,
    // It leaves the actor that stands by to people.
    runs: async (signal) => (await ask(() => connect(socketPath), { action: 'runs' }, answerMs, signal)).runs,
  };
}
