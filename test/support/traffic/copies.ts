import type { Arrivals } from './arrivals.ts';
import type { Posted } from './senders.ts';

/** What a killed process had handed to the network is read by the sandbox for this long, in milliseconds. */
const SETTLING_MS = 1000;

/** How many copies of a message came without a kill between it and the copy before. */
function unexplained(times: readonly number[], kills: readonly number[]): number {
  return times.filter((time, i) => {
    const before = times[i - 1];
    return before !== undefined && !kills.some((kill) => kill + SETTLING_MS >= before && kill <= time);
  }).length;
}

/**
 * Counts messages that came more than once.
 *
 * @param kills when, by `Date.now`: each explains copies before and after it
 * @param resets how many copies may have another reason
 */
export function copyFaults(posted: readonly Posted[], arrivals: Arrivals, kills: readonly number[], resets: number) {
  let twice = 0;
  let withoutKill = 0;
  for (const { draft } of posted) {
    for (const mark of draft.marks) {
      const times = arrivals.of(mark).map(({ at }) => at);
      twice += Math.max(0, times.length - 1);
      withoutKill += unexplained(times, kills);
    }
  }
  const faults = withoutKill > resets ? [`${withoutKill} messages came twice with no kill between`] : [];
  return { twice, faults };
}
