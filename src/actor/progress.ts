/**
 * Passes a run's progress on to the bot. The runner ran as the user, who may have tampered with it: each line is read and
 * rebuilt within its bounds, so that a user's output never takes more of the actor's memory or time than those allow.
 */
import type { Socket } from 'node:net';
import {
  MAX_PROGRESS_BYTES,
  PROGRESS_PREFIX,
  progressIn,
  progressLine,
  SHORTEST_PROGRESS_MS,
} from '../shared/api/actor/progress.ts';
import type { Sift } from './run-command.ts';

const PREFIX = Buffer.from(PROGRESS_PREFIX);
const NEWLINE = 0x0a;
/** Bytes of progress at once, and each second from then on: twice what the runner writes at most. */
const BURST_BYTES = 4 * MAX_PROGRESS_BYTES;
const BYTES_PER_MS = (2 * MAX_PROGRESS_BYTES) / 1000;
/** Bytes that may wait for the bot to read them; more is left out. */
const MOST_WAITING = 4 * MAX_PROGRESS_BYTES;

/** Whether bytes are a line of progress, or may become one. */
const mayBeProgress = (bytes: Buffer): boolean =>
  bytes.subarray(0, PREFIX.length).equals(PREFIX.subarray(0, bytes.length));

/**
 * Takes the lines of progress before the answer out of a runner's output, and writes them to the caller.
 *
 * @param now milliseconds on a clock that is never set
 */
export function siftProgress(socket: Socket, now = () => performance.now()): Sift {
  const startedAt = now();
  let rest: Buffer = Buffer.alloc(0);
  let spent = 0;
  let passedAt = Number.NEGATIVE_INFINITY;
  let isAnswer = false;

  function pass(line: Buffer): void {
    const time = now();
    if (time - passedAt < SHORTEST_PROGRESS_MS || !socket.writable || socket.writableLength > MOST_WAITING) return;
    const { lines } = progressIn(line.toString('utf8')) ?? {};
    if (lines === undefined) return;
    passedAt = time;
    socket.write(progressLine({ lines }));
  }

  return (chunk) => {
    if (isAnswer) return chunk;
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (!mayBeProgress(rest)) {
        isAnswer = true;
        return rest;
      }
      const end = rest.indexOf(NEWLINE);
      if ((end === -1 ? rest.length : end) > MAX_PROGRESS_BYTES) return undefined;
      if (end === -1) return Buffer.alloc(0);
      spent += end + 1;
      if (spent > BURST_BYTES + BYTES_PER_MS * (now() - startedAt)) return undefined;
      pass(rest.subarray(0, end));
      rest = rest.subarray(end + 1);
    }
  };
}
