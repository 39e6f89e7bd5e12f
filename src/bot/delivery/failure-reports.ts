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
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { IntakeServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import {
  createReportedFailures,
  REPORT_ID,
  REPORT_SOURCE,
  type ReportSources,
  reportData,
} from './reported-failures.ts';

/** How long failures are gathered before the first report to a sender, and at least between two, milliseconds. */
const GATHER = { firstMs: 1000, nextMs: 60_000 };
/** Destinations that one report names; the others are counted. */
const MOST_NAMED = 10;

/** What the module needs. */
export interface FailureReportParts extends ReportSources {
  readonly submit: IntakeServices['submit'];
  readonly bus: EventBus;
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

function textOf(reasons: ReadonlyMap<string, string>): string {
  const lines = [...reasons].slice(0, MOST_NAMED).map(([name, reason]) => `${name}: ${reason}`);
  const more = reasons.size - lines.length;
  return [...lines, ...(more > 0 ? [`And ${more} more, which the list of your messages names.`] : [])].join('\n\n');
}

/** Creates the module. */
export function createFailureReports(parts: FailureReportParts): Module {
  const { submit, bus, now, log, gather = GATHER } = parts;
  const { remember, isQuiet, recall } = createReportedFailures(parts);
  const senders = new Map<string, Gathered>();
  let recalled: Promise<void> = Promise.resolve();

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
      data: reportData(names),
      media: [],
    } as const;
    for (const name of names) remember(account, name);
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
        // The owner gets a notice of their own.
        'destination.refused': ({ destination: { name, owner } }) => remember(owner, name),
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
