/** A limit on wrong guesses of each caller. One caller's never count for another: nobody can lock others out. */
export interface AttemptLimit {
  /**
   * Counts a try before it is made, so that concurrent guesses cannot exceed the limit either.
   *
   * @returns a function that takes the try back, for a guess that was right or could not be checked; `undefined` when
   * the limit is reached
   */
  reserve(key: string): (() => void) | undefined;
}

/** So many wrong tries of one caller in any window of this length. */
export interface AttemptBound {
  readonly most: number;
  readonly windowMs: number;
}

export interface AttemptLimitOptions {
  readonly bounds: readonly AttemptBound[];
  /** Milliseconds. */
  readonly now: () => number;
  /** Callers that are remembered; beyond these, who tried longest ago is forgotten. */
  readonly mostCallers?: number;
}

/** Counts wrong tries over sliding windows. A refused try is not counted: after a window without a try, the next is allowed. */
export function createAttemptLimit({ bounds, now, mostCallers = 10_000 }: AttemptLimitOptions): AttemptLimit {
  const longest = Math.max(...bounds.map(({ windowMs }) => windowMs));
  /** The times of tries, who tried last at the end. */
  const callers = new Map<string, readonly { readonly at: number }[]>();

  /** A time in the future was counted before the clock was set back: it counts from now on. */
  const recentOf = (key: string, time: number) =>
    (callers.get(key) ?? [])
      .filter(({ at }) => time - at < longest)
      .map((entry) => (entry.at > time ? Object.assign(entry, { at: time }) : entry));

  return {
    reserve(key) {
      const time = now();
      const recent = recentOf(key, time);
      const isFull = ({ most, windowMs }: AttemptBound) =>
        recent.filter(({ at }) => time - at < windowMs).length >= most;
      callers.delete(key);
      const entry = { at: time };
      const refused = bounds.some(isFull);
      callers.set(key, refused ? recent : [...recent, entry]);
      const [oldest] = callers.keys();
      if (callers.size > mostCallers && oldest !== undefined) callers.delete(oldest);
      if (refused) return undefined;
      return () => {
        const others = (callers.get(key) ?? []).filter((other) => other !== entry);
        if (others.length === 0) callers.delete(key);
        else callers.set(key, others);
      };
    },
  };
}
