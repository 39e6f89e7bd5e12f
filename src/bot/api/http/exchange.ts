/** One request and its answer, on a connection whose peer the kernel has identified. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Problem } from '../../../core/problem.ts';

export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Whether it is the first on its connection. */
  readonly first: boolean;
  /** Bytes of its head, about. */
  readonly headBytes: number;
  /** Set while a body is read; called when the rest of it can't arrive intact. */
  fail: ((problem: Problem) => void) | undefined;
  /** Counts bytes that stay in memory until the answer is read. @throws TooManyRequests */
  readonly hold: (bytes: number) => void;
  /** The same, as soon as there is room. @throws TooManyRequests where that takes too long; ClientGone */
  readonly holdSoon: (bytes: number) => Promise<void>;
  /** Why the request broke before its body was read. */
  broken: Problem | undefined;
}

/** The client closed the connection, so there is nothing to answer. */
export class ClientGone extends Error {
  constructor() {
    super('The client closed the connection before its request was complete.');
    this.name = 'ClientGone';
  }
}

/**
 * Watches a body while it is read.
 *
 * @param deadlineMs milliseconds in which all of it must have arrived
 * @param onFailure called with the reason why the rest can't arrive; never before this function returns, possibly twice
 * @returns a function that ends the watch; idempotent
 */
export function watchBody(
  exchange: Exchange,
  deadlineMs: number,
  onFailure: (reason: Problem | ClientGone) => void,
): () => void {
  const { request, response } = exchange;
  const gone = () => onFailure(new ClientGone());
  const timer = setTimeout(() => onFailure(tooSlow(deadlineMs)), deadlineMs);
  // A request that was read to its end closes too, and its parser may still be at work.
  const onClose = () => {
    if (!request.readableEnded) gone();
  };
  request.on('error', gone).on('close', onClose);
  exchange.fail = onFailure;
  // The client waits for 100 Continue before it sends a large body; curl does so above 1 MiB.
  if (request.headers.expect !== undefined) response.writeContinue();
  const { broken } = exchange;
  if (broken !== undefined) queueMicrotask(() => onFailure(broken));
  else if (request.destroyed && !request.readableEnded) queueMicrotask(gone);
  return () => {
    clearTimeout(timer);
    request.off('close', onClose);
    exchange.fail = undefined;
  };
}

function tooSlow(deadlineMs: number): Problem {
  return new Problem('too_slow', `The request's body did not arrive within ${deadlineMs / 1000} s.`);
}
