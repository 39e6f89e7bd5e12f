/** Speaks to the actor, the helper that becomes a user to run their script: a line there, a line back. */
import type { Socket } from 'node:net';
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
} from '../../shared/api/actor-protocol.ts';
import { withDeadline } from '../../shared/process/deadline.ts';
import type { ConcurrencyLimit } from './concurrency-limit.ts';
import { createWarmConnection } from './warm-connection.ts';

/**
 * Every function throws Problem with a sentence for the person who asked: `not_set_up` (there is no actor here),
 * `busy`, `timeout`, `no_answer`, `bad_name`, or what the actor itself says. Aborted, they throw the signal's reason.
 */
export interface Actor {
  list(user: string, signal: AbortSignal): Promise<readonly ListedScript[]>;
  /** The last lines of the runner's log about a script, oldest first. @param lines how many, what a chat shows unless given */
  log(user: string, script: string, signal: AbortSignal, lines?: number): Promise<readonly string[]>;
  /** Runs a script and waits for its end. */
  run(user: string, script: string, signal: AbortSignal): Promise<RunResult>;
}

/** What to ask, and within which bounds. */
export interface ActorOptions {
  readonly socketPath: string;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Bounds `list` and `log`; whoever runs a script counts for themself. */
  readonly questions: ConcurrencyLimit;
  /** How long an answer to `list` and `log` may take, ms. */
  readonly answerMs?: number;
}

const ANSWER_MS = 15_000;
/** The runner gives a script a day at most; an hour more for what comes before and after. */
const RUN_MS = 25 * 3_600_000;
const LARGEST_ANSWER = 2 * 1024 * 1024;
const NEWLINE = 0x0a;

const NOT_SET_UP =
  'Running scripts from Telegram is not set up on this server: the administrator can enable notify-actor.socket.';

/** What a connection that failed means. */
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
 * Sends a line and takes the first line that comes, or whatever came before the end.
 *
 * @param open gives a connection, or one on its way
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
    // Broken off without an end.
    socket.on('close', () => settle(() => reject(noAnswer())));
    // Sent as soon as it is connected.
    socket.write(line);
  });
}

/** What is asked of one user's scripts, within a time. */
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

/** The actor behind a socket; nothing is opened before it is asked. */
export function createActor({ socketPath, stopping, questions, answerMs = ANSWER_MS }: ActorOptions): Actor {
  const standBy = createWarmConnection(socketPath, stopping);
  /** Whoever saw an answer may press a button next. */
  async function put<Action extends ActorAction>(
    request: ActorRequest & { readonly action: Action },
    ms: number,
    signal: AbortSignal,
  ): Promise<ActorAnswers[Action]> {
    const answer = await ask<Action>(standBy.take, request, ms, signal);
    standBy.prepare();
    return answer;
  }
  async function question<T>(user: string, wanted: () => Promise<T>): Promise<T> {
    const place = questions.take(user);
    if ('full' in place) throw busy();
    try {
      return await wanted();
    } finally {
      place.free();
    }
  }
  return {
    list: (user, signal) => question(user, async () => (await put({ action: 'list', user }, answerMs, signal)).scripts),
    log: (user, name, signal, lines) =>
      question(user, async () => {
        const request = { action: 'log', user, name, ...(lines === undefined ? {} : { lines }) } as const;
        return (await put(request, answerMs, signal)).lines;
      }),
    run: async (user, name, signal) => (await put({ action: 'run', user, name }, RUN_MS, signal)).result,
  };
}
