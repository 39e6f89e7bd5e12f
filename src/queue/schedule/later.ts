/**
 * Deliveries whose time has not come yet.
 *
 * Promises: none is handed over before its time by the computer's clock, also when that is set back; after it was set
 * forward, or after a sleep of the computer, they are handed over within a minute.
 */
import TinyQueue from 'tinyqueue';

/** @see createLater */
export interface Later<T> {
  /** @param at ms since 1970 */
  add(item: T, at: number): void;
  /** Takes off what matches. @returns whether there was anything */
  remove(matches: (item: T) => boolean): boolean;
  size(): number;
  /** Hands nothing over any more. */
  stop(): void;
}

/** The longest sleep between two looks at the clock, ms. */
const LONGEST_SLEEP_MS = 60_000;

interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly item: T;
}

const byTime = (one: Entry<unknown>, other: Entry<unknown>) => one.at - other.at || one.order - other.order;

/**
 * Nothing waits.
 *
 * @param now ms since 1970
 * @param release called for each when its time has come, the earliest first, and those of one time in their order
 */
export function createLater<T>(now: () => number, release: (item: T) => void): Later<T> {
  let items = new TinyQueue<Entry<T>>([], byTime);
  let added = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  function look(): void {
    clearTimeout(timer);
    for (let first = items.peek(); first !== undefined && first.at <= now(); first = items.peek()) {
      items.pop();
      release(first.item);
    }
    const next = items.peek();
    if (next !== undefined && !stopped) timer = setTimeout(look, Math.min(LONGEST_SLEEP_MS, next.at - now()));
  }

  return {
    add(item, at) {
      added += 1;
      items.push({ at, order: added, item });
      if (!stopped && items.peek()?.order === added) look();
    },
    remove(matches) {
      const kept = items.data.filter(({ item }) => !matches(item));
      if (kept.length === items.length) return false;
      items = new TinyQueue(kept, byTime);
      return true;
    },
    size: () => items.length,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
