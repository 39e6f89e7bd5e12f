import type { UserFromGetMe } from 'grammy/types';
import type { Log } from '../../../shared/process/log.ts';
import { type PollFault, TOKEN_REFUSED } from './fault.ts';

/** How receiving updates goes. */
export interface PollState {
  /** When Telegram last answered a poll: milliseconds since the epoch, and how long ago by a clock that is never set. */
  readonly lastPoll?: { readonly at: number; readonly agoMs: number };
  /** What is wrong, and for how many milliseconds. */
  readonly problem?: PollFault & { readonly forMs: number };
  readonly me?: UserFromGetMe;
  /** How long the current turn of the loop has lasted, milliseconds: a poll, or the wait after a fault. */
  readonly turnMs: number;
}

/** The state of the poll loop, which health, metrics and the watchdog read. */
export interface PollStatus {
  read(): PollState;
  /** A turn of the loop begins. */
  turned(): void;
  identified(me: UserFromGetMe): void;
  /** Telegram answered a poll. */
  succeeded(): void;
  failed(fault: PollFault): void;
  /** Telegram refused the token of some other call; the next poll shows whether it still does. */
  tokenRefused(): void;
}

/**
 * Nothing has been polled yet.
 *
 * @param now milliseconds since the epoch
 * @param clock milliseconds on a clock that is never set
 */
export function createPollStatus(log: Log, now: () => number, clock: () => number): PollStatus {
  let turnedAt = clock();
  let lastPoll: { readonly at: number; readonly by: number } | undefined;
  let problem: (PollFault & { readonly since: number }) | undefined;
  let me: UserFromGetMe | undefined;

  function failed({ kind, sentence }: PollFault): void {
    problem = { kind, sentence, since: problem?.since ?? clock() };
  }

  return {
    read: () => ({
      ...(lastPoll === undefined ? {} : { lastPoll: { at: lastPoll.at, agoMs: clock() - lastPoll.by } }),
      ...(problem === undefined
        ? {}
        : { problem: { kind: problem.kind, sentence: problem.sentence, forMs: clock() - problem.since } }),
      ...(me === undefined ? {} : { me }),
      turnMs: clock() - turnedAt,
    }),
    turned() {
      turnedAt = clock();
    },
    identified(found) {
      me = found;
    },
    succeeded() {
      if (problem !== undefined) log.info({}, 'Telegram answers again');
      problem = undefined;
      lastPoll = { at: now(), by: clock() };
    },
    failed,
    tokenRefused() {
      if (problem?.kind === 'token') return;
      log.warn({}, TOKEN_REFUSED.sentence);
      failed(TOKEN_REFUSED);
    },
  };
}
