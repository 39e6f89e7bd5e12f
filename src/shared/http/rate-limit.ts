/** A caller's own rate: a token bucket each, refilled evenly, so that a burst is fine and a flood is not. */
export interface RateLimit<Caller> {
  readonly perMinute: number;
  /** @returns 0 when the request may go on, else the milliseconds until one may */
  take(caller: Caller): number;
}

interface Bucket {
  tokens: number;
  /** When `tokens` was right. */
  at: number;
}

/**
 * @param options.perMinute requests a minute, which is also the largest burst
 * @param options.now milliseconds on a clock that never goes back
 * @param options.maxCallers how many callers are remembered; a full bucket needs no remembering
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
  };
}
