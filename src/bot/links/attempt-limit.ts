/** A limit on wrong guesses. */
export interface AttemptLimit {
  /**
   * Counts a try before it is made, so that concurrent guesses cannot exceed the limit either.
   *
   * @returns a function that takes the try back, for a guess that was right or could not be checked; `undefined` when
   * the limit is reached
   */
  reserve(key: string): (() => void) | undefined;
}

export interface AttemptLimitOptions {
  /** Wrong tries for one key within the window. */
  readonly perCaller: number;
  /** Wrong tries for all keys within the window; also the most that is kept in memory. */
  readonly overall: number;
  readonly windowMs: number;
  /** Milliseconds. */
  readonly now: () => number;
}

/** Counts wrong tries over a sliding window. A refused try is not counted: after one window without a try, the next is allowed. */
export function createAttemptLimit({ perCaller, overall, windowMs, now }: AttemptLimitOptions): AttemptLimit {
  let recent: Array<{ readonly key: string; readonly at: number }> = [];
  return {
    reserve(key) {
      const time = now();
      // A time in the future was counted before the clock was set back: it counts from now on.
      recent = recent
        .filter(({ at }) => time - at < windowMs)
        .map((entry) => (entry.at > time ? { key: entry.key, at: time } : entry));
      if (recent.length >= overall || recent.filter((entry) => entry.key === key).length >= perCaller) return undefined;
      const entry = { key, at: time };
      recent.push(entry);
      return () => {
        recent = recent.filter((other) => other !== entry);
      };
    },
  };
}
