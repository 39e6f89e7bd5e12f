/**
 * Tells senders what could not be delivered to a destination that is not their own chat, in their own chat.
 *
 * Promises: a failure is reported as an ordinary, durable notification; what fails at about the same time comes in one
 * message; of one destination a sender hears at most once in six hours, also across restarts, since the reports
 * themselves, in the queue and the history, say what was reported.
 */
import { type Account, accountKey } from '../../core/account.ts';
import type { Delivery } from '../../core/delivery/delivery.ts';
import { linkName } from '../../core/destination.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { Queued } from '../../queue/waiting/waiting-list.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Deliveries, History } from '../../storage/ports.ts';
import type { IntakeServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';

/** How long a sender hears nothing more of a destination, milliseconds. */
const QUIET_MS = 6 * 3_600_000;
/** How long failures are gathered before the first report to a sender, and at least between two, milliseconds. */
const GATHER = { firstMs: 1000, nextMs: 60_000 };
/** Destinations that one report names; the others are counted. */
const MOST_NAMED = 10;
/** Pairs of sender and destination that are remembered: more than fail within six hours. */
const MOST_REPORTED = 50_000;
/** The source of reports, and how their ids begin: by these they are found again. */
const REPORT_SOURCE = 'notify-bot: not delivered';
const REPORT_ID = 'undelivered-';

/** What the module needs. */
export interface FailureReportParts {
  readonly submit: IntakeServices['submit'];
  readonly deliveries: Pick<Deliveries<unknown>, 'get'>;
  readonly history: Pick<History, 'find'>;
  readonly queued: () => readonly Queued[];
  readonly bus: EventBus;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
  /** Shorter times for tests. */
  readonly gather?: typeof GATHER;
}

/** What one sender is to hear: reasons by destination. */
interface Gathered {
  readonly account: Account;
  readonly reasons: Map<string, string>;
  timer: NodeJS.Timeout | undefined;
  reportedAt: number;
}

const keyOf = (account: Account, destination: string) => `${accountKey(account)} ${destination}`;

/** The destinations that a report names, by its data. */
function namedIn(data: Readonly<Record<string, unknown>> | undefined): readonly string[] {
  const names = data?.undelivered;
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

function textOf(reasons: ReadonlyMap<string, string>): string {
  const lines = [...reasons].slice(0, MOST_NAMED).map(([name, reason]) => `${name}: ${reason}`);
  const more = reasons.size - lines.length;
  return [...lines, ...(more > 0 ? [`And ${more} more, which the list of your messages names.`] : [])].join('\n\n');
}

/** Creates the module. */
export function createFailureReports(parts: FailureReportParts): Module {
  const { submit, deliveries, history, queued, bus, now, log, gather = GATHER } = parts;
  /** When a sender last heard of a destination, oldest first. */
  const reported = new Map<string, number>();
  const senders = new Map<string, Gathered>();
  let recalled: Promise<void> = Promise.resolve();

  function remember(account: Account, destination: string, at: number): void {
    const key = keyOf(account, destination);
    if ((reported.get(key) ?? 0) >= at) return;
    reported.delete(key);
    reported.set(key, at);
    const [oldest] = reported.keys();
    if (reported.size > MOST_REPORTED && oldest !== undefined) reported.delete(oldest);
  }

  const isQuiet = (account: Account, destination: string) =>
    now() - (reported.get(keyOf(account, destination)) ?? Number.NEGATIVE_INFINITY) < QUIET_MS;

  /** Finds the reports of before this start. */
  async function recall(): Promise<void> {
    for (const { delivery, id } of queued()) {
      if (!id.startsWith(REPORT_ID)) continue;
      const found = await deliveries.get(delivery).catch(() => undefined);
      if (found === undefined) continue;
      for (const name of namedIn(found.summary.data)) remember(found, name, Date.parse(found.acceptedAt));
    }
    for await (const { record } of history.find({ scope: 'all', source: REPORT_SOURCE }, now() - QUIET_MS)) {
      for (const name of namedIn(record.data)) remember(record, name, Date.parse(record.acceptedAt));
    }
  }

  async function report({ account, reasons }: Gathered): Promise<void> {
    const news = new Map([...reasons].filter(([name]) => !isQuiet(account, name)));
    reasons.clear();
    if (news.size === 0) return;
    const names = [...news.keys()];
    const id = `${REPORT_ID}${now().toString(36)}`;
    const notification = {
      account,
      title: names.length === 1 ? `Not delivered to ${names[0]}` : `Not delivered to ${names.length} destinations`,
      text: textOf(news),
      parseMode: 'none',
      severity: 'high',
      source: REPORT_SOURCE,
      data: { undelivered: names },
      media: [],
    } as const;
    for (const name of names) remember(account, name, now());
    await submit({ notification, id, digest: id, wait: 0 });
  }

  async function flush(sender: Gathered): Promise<void> {
    clearTimeout(sender.timer);
    sender.timer = undefined;
    sender.reportedAt = now();
    try {
      await recalled;
      await report(sender);
    } catch (error) {
      // A sender without a link finds the failure in their messages.
      const isUsual = error instanceof Problem && error.code === 'not_linked';
      if (!isUsual) log.warn({ user: sender.account.user, err: sentenceOf(error) }, 'A failure was not reported');
    }
  }

  function senderOf(account: Account): Gathered {
    const key = accountKey(account);
    const known = senders.get(key);
    if (known !== undefined) return known;
    for (const [other, { timer, reportedAt }] of senders) {
      if (timer === undefined && now() - reportedAt > gather.nextMs) senders.delete(other);
    }
    const made: Gathered = { account, reasons: new Map(), timer: undefined, reportedAt: Number.NEGATIVE_INFINITY };
    senders.set(key, made);
    return made;
  }

  function add({ user, uid, destination: { name } }: Delivery<unknown>, reason: string): void {
    const account = { user, uid };
    if (name === linkName(user) || isQuiet(account, name)) return;
    const sender = senderOf(account);
    sender.reasons.set(name, reason);
    const wait = Math.max(gather.firstMs, sender.reportedAt + gather.nextMs - now());
    sender.timer ??= setTimeout(() => void flush(sender), wait);
  }

  let unsubscribe = () => {};
  return {
    name: 'failure reports',
    start() {
      unsubscribe = bus.subscribe({
        'delivery.failed': ({ delivery, reason }) => add(delivery, reason),
        // Its owner is told apart.
        'destination.refused': ({ destination: { name, owner } }) => remember(owner, name, now()),
      });
    },
    run() {
      recalled = recall().catch((error: unknown) => {
        log.warn({ err: sentenceOf(error) }, 'Earlier reports on failures could not be read');
      });
    },
    async stop() {
      unsubscribe();
      await Promise.all([...senders.values()].filter(({ timer }) => timer !== undefined).map(flush));
    },
  };
}
