/** Keeps answers for a short time; concurrent requests for a key share one lookup. */
export interface TtlCache<Key, Value> {
  get(key: Key): Promise<Value | undefined>;
}

interface Entry<Value> {
  readonly value: Promise<Value | undefined>;
  /** When to look it up again; `Infinity` while a lookup runs. */
  until: number;
}

/**
 * @param options.load looks a key up; `undefined` is an answer too (no such thing), a rejection is not kept
 * @param options.ttlMs how long an answer is kept, and `missTtlMs` how long "no such thing" is
 * @param options.maxEntries how many answers are kept; the oldest go first
 * @param options.now milliseconds on a clock that never goes back
 */
export function createTtlCache<Key, Value>(options: {
  readonly load: (key: Key) => Promise<Value | undefined>;
  readonly ttlMs: number;
  readonly missTtlMs: number;
  readonly maxEntries: number;
  readonly now: () => number;
}): TtlCache<Key, Value> {
  const { load, ttlMs, missTtlMs, maxEntries, now } = options;
  const entries = new Map<Key, Entry<Value>>();

  const forget = (key: Key, entry: Entry<Value>) => {
    if (entries.get(key) === entry) entries.delete(key);
  };

  const ask = (key: Key): Promise<Value | undefined> => {
    const value = load(key);
    const entry: Entry<Value> = { value, until: Number.POSITIVE_INFINITY };
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
    value.then(
      (found) => {
        entry.until = now() + (found === undefined ? missTtlMs : ttlMs);
      },
      () => forget(key, entry),
    );
    return value;
  };

  return {
    get(key) {
      const entry = entries.get(key);
      return entry !== undefined && now() < entry.until ? entry.value : ask(key);
    },
  };
}
