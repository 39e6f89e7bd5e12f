import type { Api } from 'grammy';
import { withDeadline } from '../../shared/process/deadline.ts';
import { mayBeDone } from './http.ts';
import { UnreachableError } from './unreachable.ts';

/** The signal type of grammY, a polyfill's; a signal of Node works as well. */
export type Signal = Parameters<Api['getMe']>[0];

/**
 * Makes a call that ends when `parent` is aborted or after `ms` milliseconds. grammY reports both alike, so the second
 * is turned into an error of its own here.
 *
 * @throws UnreachableError after `ms`; otherwise what the call throws
 */
export function callWithin<T>(parent: AbortSignal, ms: number, call: (signal: Signal) => Promise<T>): Promise<T> {
  return withDeadline(parent, ms, async (signal) => {
    try {
      return await call(signal as Signal);
    } catch (error) {
      const late = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
      throw late ? new UnreachableError('Telegram did not answer in time', 'timeout', mayBeDone(error)) : error;
    }
  });
}
