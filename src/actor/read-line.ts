import type { Socket } from 'node:net';
import { Problem } from '../shared/problem.ts';

const NEWLINE = 0x0a;

/**
 * Reads the one line of a connection.
 *
 * @param limits.bytes the longest, its newline included
 * @param limits.ms how long it may take to arrive
 * @returns the line without its newline
 * @throws Problem `bad_request` when it is longer, not UTF-8, followed by more or cut off; `timeout`
 */
export function readLine(socket: Socket, limits: { readonly bytes: number; readonly ms: number }): Promise<string> {
  const refuse = (message: string) => new Problem('bad_request', message);
  return new Promise((resolve, reject) => {
    let read: Buffer = Buffer.alloc(0);
    const settle = (act: () => void) => {
      clearTimeout(timer);
      socket.off('data', onData).off('end', onEnd).off('error', onEnd);
      act();
    };
    const late = () => new Problem('timeout', `No request came within ${limits.ms / 1000} s.`);
    const timer = setTimeout(() => settle(() => reject(late())), limits.ms);
    const onEnd = () => settle(() => reject(refuse('The connection ended before its request did.')));
    const take = (end: number) => {
      if (end < read.length - 1) return reject(refuse('A connection is for one line: more came after it.'));
      try {
        resolve(new TextDecoder('utf-8', { fatal: true }).decode(read.subarray(0, end)));
      } catch {
        reject(refuse('The request is not UTF-8.'));
      }
    };
    const onData = (piece: Buffer) => {
      read = Buffer.concat([read, piece]);
      const end = read.indexOf(NEWLINE);
      if ((end === -1 ? read.length : end + 1) > limits.bytes) {
        settle(() => reject(refuse(`The request is longer than ${limits.bytes} bytes.`)));
      } else if (end !== -1) settle(() => take(end));
    };
    socket.on('data', onData).on('end', onEnd).on('error', onEnd);
  });
}
