import { createRateLimit } from '../../../shared/http/rate-limit.ts';
import { TooManyRequests } from '../http/too-many-requests.ts';
import { MONITORING_PER_MINUTE } from '../limits.ts';

/** What a request counts as: monitoring has a rate of its own, so that a busy user's is still served. */
export type RequestKind = 'ordinary' | 'monitoring';

/** Counts a request of an untrusted caller. @throws TooManyRequests beyond the caller's rate */
export type TakeRequest = (uid: number, kind: RequestKind) => void;

/**
 * Nobody has made any request yet.
 *
 * @param options.perMinute ordinary requests of one caller, also as one burst
 * @param options.now milliseconds on a clock that never goes back
 */
export function createRequestRates({ perMinute, now }: { perMinute: number; now: () => number }): TakeRequest {
  const rates = {
    ordinary: createRateLimit<number>({ perMinute, now }),
    monitoring: createRateLimit<number>({ perMinute: MONITORING_PER_MINUTE, now }),
  };
  return (uid, kind) => {
    const rate = rates[kind];
    const waitMs = rate.take(uid);
    if (waitMs > 0) throw new TooManyRequests(`You may send ${rate.perMinute} requests a minute`, waitMs);
  };
}
