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
  size(): number;
  /** Hands nothing over any more. */
  stop(): void;
}

/** The longest sleep between two looks at the clock, ms. */
const LONGEST_SLEEP_MS = 60_000;

/**
 * Nothing waits.
 *
 * @param now ms since 1970
 * @param release called for each when its time has come, the earliest first, and those of one time in their order
 */
export function createLater<T>(now: () => number, release: (item: T) => void): Later<T> {
  const items = new TinyQueue<{ readonly at: number; readonly order: number; readonly item: T }>(
    [],
    (a, b) => a.at - b.at || a.order - b.order,
  );
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
    size: () => items.length,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
