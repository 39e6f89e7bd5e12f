/**
 * Sends a summary and settles its deliveries, one by one. Every step is idempotent: after a crash the summary is found in
 * the outbox or the history by its id, and a settled delivery is no longer held.
 */
import { linkName } from '../../../core/destination.ts';
import type { Notification } from '../../../core/notification.ts';
import { Problem } from '../../../core/problem.ts';
import type { Receipt, ReceiptStatus } from '../../../core/receipt.ts';
import type { Queue } from '../../../queue/queue.ts';
import { isOpen } from '../../../shared/time/open-windows.ts';
import type { History } from '../../../storage/ports.ts';
import type { IntakeServices } from '../../api/services.ts';
import type { Part } from '../../telegram/part.ts';
import type { Gate } from '../gate.ts';
import { linesOf, type MakeSummaryParts, silently } from './make-summary.ts';
import type { PendingSummary } from './summary-records.ts';
import { summaryText } from './summary-text.ts';

/** Dependencies of sending. */
export interface SendSummaryParts extends Pick<MakeSummaryParts, 'deliveries'> {
  readonly queue: Pick<Queue<Part>, 'held' | 'release' | 'end' | 'queued'>;
  readonly history: Pick<History, 'find'>;
  readonly submit: IntakeServices['submit'];
  readonly preferences: Gate['preferences'];
  /** Resolves with the status of a summary once it is settled, or with `queued` if the service stops before. */
  readonly settled: (id: string) => Promise<ReceiptStatus>;
  /** Whether the service is stopping: the remaining steps follow after the next start. */
  readonly isStopping: () => boolean;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** The source of summaries in lists of messages. */
const SOURCE = 'summary';

/**
 * The outcome of a summary. `queued`: the service is stopping; `outdated`: another one must be made; `needless`: all its
 * deliveries were withdrawn.
 */
export type SummaryOutcome = ReceiptStatus | 'outdated' | 'needless';

/** The status of a summary that an earlier process may have sent; `undefined` if it was not accepted. */
async function standing({ queue, history }: SendSummaryParts, summary: PendingSummary) {
  const { id, user, uid, at } = summary;
  if (queue.queued(user).some((entry) => entry.id === id)) return 'queued';
  // It can't be older than its plan.
  for await (const { record } of history.find({ scope: { user, uid }, id }, at - 1000)) return record.status;
  return undefined;
}

async function notificationOf(parts: SendSummaryParts, summary: PendingSummary): Promise<Notification | undefined> {
  const { user, uid, isEarly, isMild } = summary;
  const lines = await linesOf(parts, summary);
  if (lines.length === 0) return undefined;
  const { zone } = await parts.preferences({ user, uid });
  const { title, text } = summaryText(lines, { isDigest: isMild && !isEarly, zone, now: parts.now() });
  return {
    account: { user, uid },
    title,
    text,
    parseMode: 'HTML',
    source: SOURCE,
    ...((isMild || isEarly) && { silent: true }),
    media: [],
    origin: { feature: 'people', ref: summary.id },
    passes: { mute: true, quiet: true },
  };
}

async function submit(parts: SendSummaryParts, notification: Notification, id: string): Promise<Receipt['status']> {
  try {
    return (await parts.submit({ notification, id, digest: id, wait: 0 })).status;
  } catch (error) {
    if (error instanceof Problem && error.code === 'not_linked') return 'failed';
    throw error;
  }
}

async function outcomeOf(parts: SendSummaryParts, summary: PendingSummary): Promise<SummaryOutcome> {
  const { id } = summary;
  const settled = parts.settled(id);
  let status: ReceiptStatus | undefined = await standing(parts, summary);
  if (status === undefined) {
    const notification = await notificationOf(parts, summary);
    if (notification === undefined) return 'needless';
    status = await submit(parts, notification, id);
  }
  if (status === 'queued') status = await settled;
  return status === 'cancelled' && (await isOutdated(parts, summary)) ? 'outdated' : status;
}

/** Whether an unsent summary is outdated: quiet hours are in effect again, or a message that it names was withdrawn. */
export async function isOutdated(
  { queue, preferences, now }: Pick<SendSummaryParts, 'preferences' | 'now'> & { queue: Pick<Queue<Part>, 'held'> },
  { user, uid, isEarly, told, own }: PendingSummary,
): Promise<boolean> {
  const held = new Set(queue.held(linkName(user)).map(({ delivery }) => delivery));
  if (![...told, ...own].every((delivery) => held.has(delivery))) return true;
  return !isEarly && isOpen((await preferences({ user, uid })).quiet, now());
}

/**
 * Sends a summary unless it was sent before, waits until it is settled, and settles or releases its deliveries.
 *
 * @throws Problem `storage`, `outbox_full`, …: call again later
 */
export async function sendSummary(parts: SendSummaryParts, summary: PendingSummary): Promise<SummaryOutcome> {
  const { queue } = parts;
  const outcome = await outcomeOf(parts, summary);
  if (outcome === 'outdated' || outcome === 'queued') return outcome;
  for (const delivery of summary.told) {
    if (parts.isStopping()) return 'queued';
    // The summary was not delivered: the message is sent by itself, and its own record shows its outcome.
    if (outcome === 'failed') await queue.release(delivery, silently);
    else await queue.end(delivery, outcome === 'cancelled' ? 'cancelled' : 'summarized');
  }
  for (const delivery of summary.own) {
    if (parts.isStopping()) return 'queued';
    await queue.release(delivery, silently);
  }
  return outcome;
}
