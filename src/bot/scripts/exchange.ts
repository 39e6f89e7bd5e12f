/** One connection to the actor: a line with the request, lines of a run's progress, a line with the answer. */
import type { Socket } from 'node:net';
import { errnoOf, Problem } from '../../core/problem.ts';
import { MAX_PROGRESS_BYTES, progressIn, type RunProgress } from '../../shared/api/actor/progress.ts';

/** Gets the progress of a run. */
export type Follow = (progress: RunProgress) => void;

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

/** Too much is asked of the actor. */
export const busy = (cause?: unknown) =>
  new Problem('busy', 'Too much is being asked of this server at once: try again in a moment.', { cause });

const noAnswer = (cause?: unknown) =>
  new Problem('no_answer', 'The server’s helper for scripts ended without an answer: /status shows what ran.', {
    cause,
  });

/**
 * Sends a line and returns the first line of the answer, or all of an answer that ends without a newline.
 *
 * @param open returns a connection, which may still be connecting
 * @param follow called with the lines of progress before it
 */
export function exchange(open: () => Socket, line: string, signal: AbortSignal, follow?: Follow): Promise<string> {
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
    const tooLong = () =>
      reject(new Problem('too_much_output', 'The answer is longer than 2 MiB, which is more than is read.'));
    /** Takes a whole line. @returns whether it was one of progress, so that more follows */
    const wasProgress = () => {
      if (follow === undefined || size > MAX_PROGRESS_BYTES) return false;
      const progress = progressIn(Buffer.concat(pieces).toString('utf8'));
      if (progress === undefined) return false;
      pieces.length = 0;
      size = 0;
      follow(progress);
      return true;
    };
    socket.on('data', (chunk: Buffer) => {
      for (let rest = chunk; rest.length > 0; ) {
        const end = rest.indexOf(NEWLINE);
        const part = end === -1 ? rest : rest.subarray(0, end);
        pieces.push(part);
        size += part.length;
        if (size > LARGEST_ANSWER) return settle(tooLong);
        if (end === -1) return;
        if (!wasProgress()) return answered();
        rest = rest.subarray(end + 1);
      }
    });
    socket.on('end', () => (size === 0 ? settle(() => reject(noAnswer())) : answered()));
    // The connection broke.
    socket.on('close', () => settle(() => reject(noAnswer())));
    // Node sends it as soon as the socket is connected.
    socket.write(line);
  });
}
