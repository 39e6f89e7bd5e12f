/** A list that keeps its newest entries. */
export interface BoundedList<T> {
  /** Adds one, and returns the one that had to go for it. */
  add(entry: T): T | undefined;
  /** All that are kept, oldest first; a copy. */
  all(): T[];
  size(): number;
}

/** Makes a list of at most `most` entries; adding costs the same however many there are. */
export function createBoundedList<T>(most: number): BoundedList<T> {
  let entries: T[] = [];
  let head = 0;
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length - head <= most) return undefined;
      const gone = entries[head];
      head += 1;
      // Compacting once in a while, so that dropping the oldest never moves all the others.
      if (head > 1024 && head * 2 > entries.length) {
        entries = entries.slice(head);
        head = 0;
      }
      return gone;
    },
    all: () => entries.slice(head),
    size: () => entries.length - head,
  };
}
