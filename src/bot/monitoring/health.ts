import type { Problem } from '../../core/problem.ts';
import type { ReceiveState } from '../telegram/updates/receive.ts';

/** What health is judged by. */
export interface Vitals {
  readonly receive: ReceiveState;
  /** For how long the service has run, ms. */
  readonly upMs: number;
  readonly queued: number;
  readonly capacity: number;
  /** Why the last message could not be stored, until one was again. */
  readonly storage: Problem | undefined;
  /** Files of state that can't be read, each a sentence. */
  readonly unreadable: readonly string[];
  /** Delivery files put aside because they can't be read. */
  readonly corrupt: number;
}

/** A poll is held for 30 s by Telegram and broken off after 45 s; one without an answer for this long hangs. */
const POLL_OVERDUE_MS = 90_000;
/** A fault shorter than this is Telegram's everyday, but for those that a person must mend. */
const FAULT_GRACE_MS = 60_000;

function pollReason({ receive, upMs }: Vitals): string | undefined {
  const { problem, lastPoll } = receive;
  if (problem !== undefined) {
    const passing = problem.sentence.startsWith('Telegram is away') && problem.forMs < FAULT_GRACE_MS;
    return passing ? undefined : problem.sentence;
  }
  const silent = lastPoll?.agoMs ?? upMs;
  return silent > POLL_OVERDUE_MS ? `Telegram has not answered a poll for ${Math.round(silent / 1000)} s.` : undefined;
}

/** What is wrong, a sentence each; empty when all is well. */
export function healthReasons(vitals: Vitals): string[] {
  const reasons = [pollReason(vitals), vitals.storage?.message, ...vitals.unreadable];
  if (vitals.corrupt > 0) {
    reasons.push(
      `${vitals.corrupt} unreadable file(s) lie in outbox/corrupt/: look at them, then remove or mend them.`,
    );
  }
  if (vitals.queued >= vitals.capacity) reasons.push(`The outbox is full: ${vitals.queued} messages wait.`);
  return reasons.filter((reason) => reason !== undefined);
}
