import type { Problem } from '../../core/problem.ts';
import { shortDuration } from '../../shared/text/duration.ts';
import type { PollState } from '../telegram/updates/poll-status.ts';

/** What health is derived from. */
export interface Vitals {
  readonly poll: PollState;
  /** How long the service has run, milliseconds. */
  readonly upMs: number;
  readonly queued: number;
  readonly capacity: number;
  /** How long the oldest waiting delivery has waited, milliseconds; 0 when nothing waits. */
  readonly oldestMs: number;
  /** Why the last notification could not be stored; `undefined` once one was stored again. */
  readonly storage: Problem | undefined;
  /** A sentence for each thing wrong with the host's accounts. */
  readonly accounts: readonly string[];
  /** What is wrong with the rules of alerts and with who is on call, a sentence each. */
  readonly rules?: readonly string[];
  /** A sentence for each file of state that can't be read. */
  readonly unreadable: readonly string[];
  /** Delivery files put aside because they can't be read. */
  readonly corrupt: number;
}

/** Telegram holds a poll for 30 s, and the bot ends it after 45 s; without an answer for this long the loop hangs. */
const POLL_OVERDUE_MS = 90_000;
/** Telegram is often unreachable for less than this; other faults last until a person acts. */
const FAULT_GRACE_MS = 60_000;

/** What a problem concerns. */
export type HealthArea = 'telegram' | 'data' | 'accounts' | 'rules' | 'files' | 'queue';

/** Something that is wrong. */
export interface HealthProblem {
  readonly area: HealthArea;
  /** A sentence. */
  readonly reason: string;
}

/** A group gets 1,200 messages in this time; what waits longer, while Telegram answers, is in trouble. Milliseconds. */
const LONG_WAIT_MS = 3_600_000;

function waitReason({ oldestMs, poll }: Vitals): string | undefined {
  if (oldestMs < LONG_WAIT_MS || poll.problem !== undefined) return undefined;
  return `The oldest message has waited for ${shortDuration(oldestMs)}: \`notify-bot queue\` shows why.`;
}

function pollReason({ poll, upMs }: Vitals): string | undefined {
  const { problem, lastPoll } = poll;
  if (problem !== undefined) {
    const passing = problem.kind === 'unreachable' && problem.forMs < FAULT_GRACE_MS;
    return passing ? undefined : problem.sentence;
  }
  const silent = lastPoll?.agoMs ?? upMs;
  return silent > POLL_OVERDUE_MS ? `Telegram has not answered a poll for ${Math.round(silent / 1000)} s.` : undefined;
}

/** Lists what is wrong; empty when all is well. */
export function healthProblems(vitals: Vitals): readonly HealthProblem[] {
  const { storage, accounts, unreadable, corrupt, queued, capacity } = vitals;
  const corrupted = `${corrupt} unreadable file(s) lie in outbox/corrupt/: look at them, then repair or remove them.`;
  const all: ReadonlyArray<readonly [HealthArea, string | undefined]> = [
    ['telegram', pollReason(vitals)],
    ['data', storage?.message],
    ...accounts.map((reason) => ['accounts', reason] as const),
    ...(vitals.rules ?? []).map((reason) => ['rules', reason] as const),
    ...unreadable.map((reason) => ['files', reason] as const),
    ['files', corrupt > 0 ? corrupted : undefined],
    ['queue', waitReason(vitals)],
    ['queue', queued >= capacity ? `The outbox is full: ${queued} messages wait.` : undefined],
  ];
  return all.flatMap(([area, reason]) => (reason === undefined ? [] : [{ area, reason }]));
}
