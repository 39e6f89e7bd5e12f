/** A bound on wrong guesses. */
export interface AttemptLimit {
  /**
   * Counts a try before it is made, so that guesses made side by side cannot exceed the bound either.
   *
   * @returns a function that takes the try back, for one that was right or could not be judged; `undefined` when
   * there were too many
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

/** Counts wrong tries over a sliding window. A refused try is not counted: who waits a window out may try again. */
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
