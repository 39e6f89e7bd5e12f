/** Keeps answers for a short time; concurrent requests for a key share one lookup. */
export interface TtlCache<Key, Value> {
  get(key: Key): Promise<Value | undefined>;
}

/** An answer, and until when it stands in for a lookup that fails. */
interface LastAnswer<Value> {
  readonly value: Value;
  readonly until: number;
}

interface Entry<Value> {
  /** What a request gets before `until`. */
  value: Promise<Value | undefined>;
  /** When to look it up again; `Infinity` while a lookup runs. */
  until: number;
  last: LastAnswer<Value> | undefined;
  /** Whether the lookup failed: the next one runs in the background then, since it may take long. */
  failing: boolean;
}

/**
 * @param options.load looks a key up; `undefined` is an answer too (no such thing), a rejection is not kept
 * @param options.ttlMs how long an answer is kept, and `missTtlMs` how long "no such thing" is
 * @param options.staleMs how long after its lookup an answer is given while later lookups fail, which are repeated every
 *   `missTtlMs`; not at all by default
 * @param options.maxEntries how many answers are kept; the oldest go first
 * @param options.now milliseconds on a clock that never goes back
 */
export function createTtlCache<Key, Value>(options: {
  readonly load: (key: Key) => Promise<Value | undefined>;
  readonly ttlMs: number;
  readonly missTtlMs: number;
  readonly staleMs?: number;
  readonly maxEntries: number;
  readonly now: () => number;
}): TtlCache<Key, Value> {
  const { load, ttlMs, missTtlMs, staleMs = 0, maxEntries, now } = options;
  const entries = new Map<Key, Entry<Value>>();

  const keep = (key: Key, entry: Entry<Value>) => {
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= maxEntries) break;
      entries.delete(oldest);
    }
  };

  const ask = (key: Key, before: Entry<Value> | undefined): Promise<Value | undefined> => {
    const last = before?.last !== undefined && now() < before.last.until ? before.last : undefined;
    const loading = load(key);
    const value = loading.catch((error: unknown) => {
      if (last === undefined) throw error;
      return last.value;
    });
    const given = last !== undefined && before?.failing ? Promise.resolve(last.value) : value;
    const entry: Entry<Value> = {
      value: given,
      until: Number.POSITIVE_INFINITY,
      last,
      failing: before?.failing === true,
    };
    keep(key, entry);
    loading.then(
      (found) => {
        entry.value = loading;
        entry.until = now() + (found === undefined ? missTtlMs : ttlMs);
        entry.last = found === undefined ? undefined : { value: found, until: now() + staleMs };
        entry.failing = false;
      },
      () => {
        entry.until = now() + missTtlMs;
        entry.failing = true;
        if (last === undefined && entries.get(key) === entry) entries.delete(key);
      },
    );
    return given;
  };

  return {
    get(key) {
      const entry = entries.get(key);
      return entry !== undefined && now() < entry.until ? entry.value : ask(key, entry);
    },
  };
}
