/** Many durations in little memory: how often each came, in steps of ten per cent. */
export interface LatencyHistogram {
  /** @param ms not negative */
  add(ms: number): void;
  /** Takes in all that another one holds. */
  addAll(other: LatencyHistogram): void;
  /** The duration that a share of them (0 to 1) does not exceed, ms, to within five per cent; `undefined` of none. */
  quantile(share: number): number | undefined;
  /** How often each step came. */
  readonly steps: ReadonlyMap<number, number>;
}

/** Each step's upper end is this much longer than its lower. */
const RATIO = 1.1;

const stepOf = (ms: number) => (ms < 1 ? 0 : Math.round(Math.log(ms) / Math.log(RATIO)));

/** None yet. */
export function createLatencyHistogram(): LatencyHistogram {
  const steps = new Map<number, number>();
  const count = (step: number, times: number) => steps.set(step, (steps.get(step) ?? 0) + times);
  return {
    steps,
    add: (ms) => void count(stepOf(ms), 1),
    addAll(other) {
      for (const [step, times] of other.steps) count(step, times);
    },
    quantile(share) {
      const sorted = [...steps].sort(([one], [other]) => one - other);
      const wanted = share * sorted.reduce((sum, [, times]) => sum + times, 0);
      let seen = 0;
      for (const [step, times] of sorted) {
        seen += times;
        if (seen >= wanted) return Math.round(RATIO ** step);
      }
      return undefined;
    },
  };
}
