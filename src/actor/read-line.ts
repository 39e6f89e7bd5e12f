import type { Socket } from 'node:net';
import { Problem } from '../core/problem.ts';

const NEWLINE = 0x0a;

/** Limits of a line. */
export interface LineLimits {
  /** Length, including its newline. */
  readonly bytes: number;
  /** Wait for its first byte, ms. */
  readonly beginMs: number;
  /** Wait from there to its end, ms. */
  readonly endMs: number;
}

/**
 * Reads the one line of a connection.
 *
 * @returns the line without its newline; `undefined` when the caller closed the connection without sending anything
 * @throws Problem `bad_request` when it is too long, not UTF-8, followed by more, or incomplete; `timeout`
 */
export function readLine(socket: Socket, { bytes, beginMs, endMs }: LineLimits): Promise<string | undefined> {
  const refuse = (message: string) => new Problem('bad_request', message);
  return new Promise((resolve, reject) => {
    let read: Buffer = Buffer.alloc(0);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('error', onEnd);
      act();
    };
    const waitFor = (ms: number) => {
      const late = new Problem('timeout', `No request arrived within ${ms / 1000} s.`);
      return setTimeout(() => settle(() => reject(late)), ms);
    };
    let timer = waitFor(beginMs);
    const onEnd = () =>
      settle(() => {
        if (read.length === 0) resolve(undefined);
        else reject(refuse('The connection ended before the request was complete.'));
      });
    const take = (end: number) => {
      if (end < read.length - 1) return reject(refuse('A connection takes one line, but more followed.'));
      try {
        resolve(new TextDecoder('utf-8', { fatal: true }).decode(read.subarray(0, end)));
      } catch {
        reject(refuse('The request is not UTF-8.'));
      }
    };
    const onData = (piece: Buffer) => {
      if (read.length === 0) {
        clearTimeout(timer);
        timer = waitFor(endMs);
      }
      read = Buffer.concat([read, piece]);
      const end = read.indexOf(NEWLINE);
      if ((end === -1 ? read.length : end + 1) > bytes) {
        settle(() => reject(refuse(`The request is longer than ${bytes} bytes.`)));
      } else if (end !== -1) settle(() => take(end));
    };
    socket.on('data', onData).on('end', onEnd).on('error', onEnd);
  });
}
