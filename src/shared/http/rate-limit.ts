/** Limits the request rate of each caller with a token bucket, so that bursts pass and floods do not. */
export interface RateLimit<Caller> {
  readonly perMinute: number;
  /** @returns 0 if the request may proceed, otherwise the milliseconds until one may */
  take(caller: Caller): number;
  /** Takes a request back that was let through, such as one that counts only if it fails. */
  giveBack(caller: Caller): void;
}

interface Bucket {
  tokens: number;
  /** Time of the last update of `tokens`. */
  at: number;
}

/**
 * @param options.perMinute requests a minute, also the size of the largest burst
 * @param options.now milliseconds on a clock that never goes back
 * @param options.maxCallers number of callers remembered; full buckets are dropped first
 */
export function createRateLimit<Caller = number>(options: {
  readonly perMinute: number;
  readonly now: () => number;
  readonly maxCallers?: number;
}): RateLimit<Caller> {
  const { perMinute, now, maxCallers = 10_000 } = options;
  const perMs = perMinute / 60_000;
  const buckets = new Map<Caller, Bucket>();

  const tokensAt = (bucket: Bucket, time: number) => Math.min(perMinute, bucket.tokens + (time - bucket.at) * perMs);

  const makeRoom = (time: number) => {
    for (const [caller, bucket] of buckets) if (tokensAt(bucket, time) >= perMinute) buckets.delete(caller);
    for (const caller of buckets.keys()) {
      if (buckets.size < maxCallers) break;
      buckets.delete(caller);
    }
  };

  return {
    perMinute,
    take(caller) {
      const time = now();
      const bucket = buckets.get(caller);
      const tokens = bucket === undefined ? perMinute : tokensAt(bucket, time);
      if (tokens < 1) return Math.ceil((1 - tokens) / perMs);
      if (bucket === undefined && buckets.size >= maxCallers) makeRoom(time);
      buckets.set(caller, { tokens: tokens - 1, at: time });
      return 0;
    },
    giveBack(caller) {
      const bucket = buckets.get(caller);
      if (bucket !== undefined) bucket.tokens = Math.min(perMinute, bucket.tokens + 1);
    },
  };
}
