import type { Api } from 'grammy';
import { withDeadline } from '../../shared/process/deadline.ts';
import { UnreachableError } from './http.ts';

/** grammY's signal type is a polyfill's; Node's own does the same. */
export type Signal = Parameters<Api['getMe']>[0];

/**
 * Makes a call that is broken off when `parent` says so or `ms` are over. grammY forgets which of the two it was, so
 * the second one is named here.
 *
 * @throws UnreachableError when the time is over, else what the call throws
 */
export function callWithin<T>(parent: AbortSignal, ms: number, call: (signal: Signal) => Promise<T>): Promise<T> {
  return withDeadline(parent, ms, async (signal) => {
    try {
      return await call(signal as Signal);
    } catch (error) {
      const late = signal.reason instanceof DOMException && signal.reason.name === 'TimeoutError';
      throw late ? new UnreachableError('Telegram did not answer in time') : error;
    }
  });
}
