/** The rate of the whole channel: how messages of all lanes follow each other. */
import type { Limits } from '../ports.ts';

/** How far messages past the schedule delay all lanes, in milliseconds: what was sent before a start must not hold them long. */
const LONGEST_DEBT_MS = 1000;

/** @see createPace */
export interface Pace {
  /** When the next message may go. */
  freeAt(): number;
  /** Until when nothing goes. */
  heldUntil(): number;
  /** Nothing goes before `until`. */
  hold(until: number): void;
  /** Counts messages that go at a time. */
  spend(cost: number, at: number): void;
  /** Takes messages back that were counted and did not go. */
  refund(cost: number): void;
  /** Counts messages that went past the schedule; they delay what follows for a second at most. */
  spendPast(cost: number, at: number): void;
}

/** Everything may go. */
export function createPace({ perSecond }: Pick<Limits, 'perSecond'>): Pace {
  const spacing = 1000 / perSecond;
  let nextAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;

  function spend(cost: number, at: number): void {
    // Half a space of lead, since timers are late.
    nextAt = Math.max(nextAt, at - spacing / 2) + spacing * cost;
  }

  return {
    freeAt: () => Math.max(nextAt, heldUntil),
    heldUntil: () => heldUntil,
    hold(until) {
      heldUntil = Math.max(heldUntil, until);
    },
    spend,
    refund(cost) {
      nextAt -= spacing * cost;
    },
    spendPast(cost, at) {
      const before = nextAt;
      spend(cost, at);
      nextAt = Math.min(nextAt, Math.max(at + LONGEST_DEBT_MS, before));
    },
  };
}
