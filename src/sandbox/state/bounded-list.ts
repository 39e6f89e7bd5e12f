/** A list that keeps its newest entries. */
export interface BoundedList<T> {
  /** Adds an entry. @returns the entry dropped for it */
  add(entry: T): T | undefined;
  /** A copy of all entries, oldest first. */
  all(): T[];
  size(): number;
}

/** Creates a list of at most `most` entries; adding takes constant time. */
export function createBoundedList<T>(most: number): BoundedList<T> {
  let entries: T[] = [];
  let head = 0;
  return {
    add(entry) {
      entries.push(entry);
      if (entries.length - head <= most) return undefined;
      const dropped = entries[head];
      head += 1;
      // Compacts occasionally, so that dropping the oldest entry does not move all others each time.
      if (head > 1024 && head * 2 > entries.length) {
        entries = entries.slice(head);
        head = 0;
      }
      return dropped;
    },
    all: () => entries.slice(head),
    size: () => entries.length - head,
  };
}
