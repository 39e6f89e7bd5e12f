/** What the requests of each user cost, in milliseconds of the process's time, against what is theirs. */

/** @see createCostMeter */
export interface CostMeter {
  /** Milliseconds until something is left to a user; 0 where it is. */
  wait(uid: number): number;
  /** Takes what was spent, also beyond what is left: the cost is known afterwards. */
  charge(uid: number, ms: number): void;
}

/** A budget of processor time. */
export interface CostBudget {
  /** Milliseconds that may be spent at once. */
  readonly burst: number;
  /** Milliseconds that are added a second. */
  readonly perSecond: number;
}

interface Balance {
  readonly left: number;
  /** When that was so. */
  readonly at: number;
}

/** Users that are remembered; beyond that those with a full budget are forgotten, then the first ones. */
const MOST_USERS = 10_000;

/** Everybody has the whole budget. @param now milliseconds on a clock that never goes back */
export function createCostMeter({ burst, perSecond }: CostBudget, now: () => number): CostMeter {
  const balances = new Map<number, Balance>();
  const perMs = perSecond / 1000;

  const leftOf = (balance: Balance | undefined, time: number) =>
    balance === undefined ? burst : Math.min(burst, balance.left + (time - balance.at) * perMs);

  function makeRoom(time: number): void {
    for (const [uid, balance] of balances) if (leftOf(balance, time) >= burst) balances.delete(uid);
    for (const uid of balances.keys()) {
      if (balances.size < MOST_USERS) return;
      balances.delete(uid);
    }
  }

  return {
    wait(uid) {
      const left = leftOf(balances.get(uid), now());
      return left > 0 ? 0 : Math.ceil((1 - left) / perMs);
    },
    charge(uid, ms) {
      const time = now();
      const left = leftOf(balances.get(uid), time) - ms;
      if (!balances.has(uid) && balances.size >= MOST_USERS) makeRoom(time);
      balances.set(uid, { left, at: time });
    },
  };
}
