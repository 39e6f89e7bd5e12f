/** What senders heard of failures lately: the reports themselves, in the queue and the history, say it after a restart. */
import { type Account, accountKey } from '../../core/account.ts';
import type { Queued } from '../../queue/waiting/waiting-list.ts';
import type { Deliveries, History } from '../../storage/ports.ts';

/** How long a sender hears nothing more of a destination, milliseconds. */
const QUIET_MS = 6 * 3_600_000;
/** Pairs of sender and destination that are remembered: more than fail within six hours. */
const MOST_REPORTED = 50_000;
/** The source of reports, and how their ids begin: by these they are found again. */
export const REPORT_SOURCE = 'notify-bot: not delivered';
export const REPORT_ID = 'undelivered-';

/** Where earlier reports are found. */
export interface ReportSources {
  readonly deliveries: Pick<Deliveries<unknown>, 'get'>;
  readonly history: Pick<History, 'find'>;
  readonly queued: () => readonly Queued[];
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** @see createReportedFailures */
export interface ReportedFailures {
  /** A sender heard of a destination. @param at milliseconds since the epoch; now unless given */
  remember(account: Account, destination: string, at?: number): void;
  /** Whether a sender heard of it within six hours. */
  isQuiet(account: Account, destination: string): boolean;
  /** Finds the reports of before this start. */
  recall(): Promise<void>;
}

/** The data of a report on destinations. */
export const reportData = (names: readonly string[]): Readonly<Record<string, unknown>> => ({ undelivered: names });

function namedIn(data: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const names = data?.undelivered;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Nobody has heard anything. */
export function createReportedFailures({ deliveries, history, queued, now }: ReportSources): ReportedFailures {
  /** When a sender last heard of a destination, oldest first. */
  const reported = new Map<string, number>();
  const keyOf = (account: Account, destination: string) => `${accountKey(account)} ${destination}`;

  function remember(account: Account, destination: string, at = now()): void {
    const key = keyOf(account, destination);
    if ((reported.get(key) ?? 0) >= at) return;
    reported.delete(key);
    reported.set(key, at);
    const [oldest] = reported.keys();
    if (reported.size > MOST_REPORTED && oldest !== undefined) reported.delete(oldest);
  }

  return {
    remember,
    isQuiet: (account, destination) =>
      now() - (reported.get(keyOf(account, destination)) ?? Number.NEGATIVE_INFINITY) < QUIET_MS,
    async recall() {
      for (const { delivery, id } of queued()) {
        const found = id.startsWith(REPORT_ID) ? await deliveries.get(delivery).catch(() => undefined) : undefined;
        if (found === undefined) continue;
        for (const name of namedIn(found.summary.data)) remember(found, name, Date.parse(found.acceptedAt));
      }
      for await (const { record } of history.find({ scope: 'all', source: REPORT_SOURCE }, now() - QUIET_MS)) {
        for (const name of namedIn(record.data)) remember(record, name, Date.parse(record.acceptedAt));
      }
    },
  };
}
