/** Lets something happen at most once in a time, whatever else calls for it: a line of a log that thousands of causes have. */

/** @param others calls since the last one that let it happen, this one left out */
export type Seldom = (act: (others: number) => void) => void;

/** The first call acts. @param everyMs the least time between two acts, ms @param now ms since 1970 */
export function createSeldom(everyMs: number, now: () => number): Seldom {
  let last: number | undefined;
  let others = 0;
  return (act) => {
    const at = now();
    // A clock that was set back does not end the acts.
    if (last !== undefined && at >= last && at - last < everyMs) {
      others += 1;
      return;
    }
    act(others);
    last = at;
    others = 0;
  };
}
