/** Deliveries that are withdrawn before they are sent. */

/** @see createCancellations */
export interface Cancellations {
  /**
   * Withdraws a delivery.
   * @param drop ends it @returns what `drop` returned; the same for all who ask while it is under way
   */
  cancel(delivery: string, drop: () => Promise<boolean>): Promise<boolean>;
  /** Whether a delivery whose turn has come was withdrawn; waits for a withdrawal that is under way. */
  isCancelled(delivery: string): Promise<boolean>;
}

/** Nothing is withdrawn. */
export function createCancellations(): Cancellations {
  /** Withdrawals under way, and those that succeeded whose turn in the schedule is still to come. */
  const cancelled = new Map<string, Promise<boolean>>();

  return {
    cancel(delivery, drop) {
      const known = cancelled.get(delivery);
      if (known !== undefined) return known;
      const dropped = drop();
      cancelled.set(delivery, dropped);
      const forget = () => cancelled.delete(delivery);
      dropped.then((isDropped) => isDropped || forget(), forget);
      return dropped;
    },
    async isCancelled(delivery) {
      const dropped = cancelled.get(delivery);
      if (dropped === undefined || !(await dropped.catch(() => false))) return false;
      cancelled.delete(delivery);
      return true;
    },
  };
}
