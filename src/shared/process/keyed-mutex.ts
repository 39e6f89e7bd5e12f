/** Runs work of the same key one after the other, and of different keys in parallel. */
export type KeyedMutex = (key: string, work: () => Promise<void>) => Promise<void>;

/** @returns a function that rejects with the error of its work, and then runs the next */
export function createKeyedMutex(): KeyedMutex {
  const ends = new Map<string, Promise<void>>();
  return (key, work) => {
    const before = ends.get(key) ?? Promise.resolve();
    const task = before.then(work);
    const end = task
      .catch(() => {})
      .finally(() => {
        if (ends.get(key) === end) ends.delete(key);
      });
    ends.set(key, end);
    return task;
  };
}
