/** Deliveries that are withdrawn before they are sent. */

/** @see createCancellations */
export interface Cancellations {
  /**
   * Withdraws a delivery.
   * @param drop ends it and returns what it was, if it still waited
   * @param takeOff takes that off the schedule; `false` where its turn is still to come
   * @returns whether it was ended; the same for all who ask while it is under way
   */
  cancel<D>(delivery: string, drop: () => Promise<D | undefined>, takeOff: (dropped: D) => boolean): Promise<boolean>;
  /** The withdrawal of a delivery that is under way; `undefined` where none is. Never rejects. */
  underWay(delivery: string): Promise<unknown> | undefined;
  /** Whether a delivery whose turn has come was withdrawn; waits for a withdrawal that is under way. */
  isCancelled(delivery: string): Promise<boolean>;
}

/** Nothing is withdrawn. */
export function createCancellations(): Cancellations {
  /** Withdrawals under way, and those that succeeded whose turn in the schedule is still to come. */
  const cancelled = new Map<string, Promise<boolean>>();

  return {
    cancel(delivery, drop, takeOff) {
      const known = cancelled.get(delivery);
      if (known !== undefined) return known;
      const dropped = drop();
      const isDropped = dropped.then((found) => found !== undefined);
      cancelled.set(delivery, isDropped);
      const forget = () => cancelled.delete(delivery);
      dropped.then((found) => (found !== undefined && !takeOff(found)) || forget(), forget);
      return isDropped;
    },
    underWay: (delivery) => cancelled.get(delivery)?.catch(() => false),
    async isCancelled(delivery) {
      const dropped = cancelled.get(delivery);
      if (dropped === undefined || !(await dropped.catch(() => false))) return false;
      cancelled.delete(delivery);
      return true;
    },
  };
}
