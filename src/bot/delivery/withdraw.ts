/**
 * Takes notifications back: what waits is not sent, and what was sent is deleted, where Telegram still allows it.
 *
 * Promise: whatever is said to be withdrawn is in the history as such; a part that Telegram keeps is named.
 */
import type { Account } from '../../core/account.ts';
import type { Delivery } from '../../core/delivery/delivery.ts';
import type { HistoryRecord } from '../../core/delivery/history-record.ts';
import { Problem } from '../../core/problem.ts';
import type { DeliveryReceipt } from '../../core/receipt.ts';
import { inScope } from '../../core/scope.ts';
import type { Queue } from '../../queue/queue.ts';
import type { Deliveries, History } from '../../storage/ports.ts';
import type { EventBus } from '../events/event-bus.ts';
import { chatLane } from '../telegram/channel.ts';
import type { RemoveMessage } from '../telegram/sending/remove.ts';

/** What taking back works with. */
export interface WithdrawParts {
  readonly queue: Pick<Queue<unknown>, 'queued' | 'cancel' | 'answerTurn'>;
  readonly deliveries: Pick<Deliveries<unknown>, 'get'>;
  readonly history: Pick<History, 'find' | 'append'>;
  readonly remove: RemoveMessage;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  readonly bus: EventBus;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Takes a notification back at all its destinations.
 *
 * @returns what it is at each of them now: `cancelled`, `deleted`, or as before, with the reason where Telegram keeps it
 * @throws Problem `unknown_message` in the last 30 days; `telegram_unreachable`, `storage`, and the rest can be repeated
 */
export type Withdraw = (owner: Account, id: string) => Promise<readonly DeliveryReceipt[]>;

/** As long as the history is kept. */
const LOOK_BACK_MS = 30 * 24 * 3_600_000;

/** @see Withdraw */
export function createWithdraw(parts: WithdrawParts): Withdraw {
  const { queue, deliveries, history, remove, stopping, bus, now } = parts;

  /** What waits under an id. */
  async function waitingFor(owner: Account, id: string): Promise<readonly Delivery<unknown>[]> {
    const names = queue.queued(owner.user).filter((entry) => entry.id === id);
    const found = await Promise.all(names.map(({ delivery }) => deliveries.get(delivery).catch(() => undefined)));
    return found.flatMap((one) => (one !== undefined && inScope(owner, one) ? [one] : []));
  }

  /** The newest line of each delivery of the newest notification with this id, in the order of its destinations. */
  async function settled(owner: Account, id: string): Promise<readonly HistoryRecord[]> {
    const newest = new Map<string, HistoryRecord>();
    let acceptedAt: string | undefined;
    for await (const { record } of history.find({ scope: owner, id }, now() - LOOK_BACK_MS)) {
      acceptedAt ??= record.acceptedAt;
      const { name } = record.destination;
      if (record.acceptedAt === acceptedAt && !newest.has(name)) newest.set(name, record);
    }
    return [...newest.values()].sort((a, b) => (a.fanOut?.place ?? 0) - (b.fanOut?.place ?? 0));
  }

  /** Cancels what waits of the newest notification with this id: after a day an id may be used again. */
  async function cancelNewest(owner: Account, id: string): Promise<void> {
    const waiting = await waitingFor(owner, id);
    if (waiting.length === 0) return;
    const before = (await settled(owner, id))[0]?.acceptedAt ?? '';
    const newest = [before, ...waiting.map(({ acceptedAt }) => acceptedAt)].sort().at(-1);
    for (const { delivery, acceptedAt } of waiting) if (acceptedAt === newest) await queue.cancel(delivery);
  }

  /** @returns why some of its messages stay */
  async function deleteAll({ destination, messageIds }: HistoryRecord): Promise<string | undefined> {
    let reason: string | undefined;
    for (const messageId of messageIds) {
      // Like an answer: Telegram has one limit for all calls that change a chat.
      await queue.answerTurn(chatLane(destination.chatId), stopping);
      const removal = await remove(destination.chatId, messageId, stopping);
      if (removal.kind === 'unreachable') throw new Problem('telegram_unreachable', removal.reason);
      if (removal.kind === 'refused') reason = removal.reason;
    }
    return reason;
  }

  async function deleted(record: HistoryRecord): Promise<DeliveryReceipt> {
    const { destination, status, messageIds, error } = record;
    const to = destination.name;
    if (messageIds.length === 0) return { to, status, messageIds, ...(error !== undefined && { error }) };
    const kept = await deleteAll(record);
    if (kept !== undefined) return { to, status, messageIds, error: kept };
    const { deliveryMs: _, error: __, ...rest } = record;
    const isSent = status === 'sent' || status === 'unknown';
    const made: HistoryRecord = {
      ...rest,
      status: isSent ? 'deleted' : status,
      messageIds: [],
      finishedAt: new Date(now()).toISOString(),
    };
    await history.append(made);
    void bus.publish('delivery.changed', { change: made.status, record: made });
    return { to, status: made.status, messageIds: [] };
  }

  return async (owner, id) => {
    await cancelNewest(owner, id);
    const records = await settled(owner, id);
    if (records.length === 0) throw new Problem('unknown_message', 'You have no message with this id.');
    const receipts: DeliveryReceipt[] = [];
    for (const record of records) receipts.push(await deleted(record));
    return receipts;
  };
}
