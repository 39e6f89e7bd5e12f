/** Makes a person's next summary from their held deliveries. */
import { randomBytes } from 'node:crypto';
import type { Account } from '../../../core/account.ts';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import { keyedPlaceOf } from '../../../core/delivery/keyed-message.ts';
import { linkName } from '../../../core/destination.ts';
import type { Queue } from '../../../queue/queue.ts';
import type { Deliveries, KeyedMessages } from '../../../storage/ports.ts';
import type { Part } from '../../telegram/part.ts';
import { type SummaryItem, summaryItemOf } from './summary-item.ts';
import { planSummary, type SummaryLine, type SummaryPlan } from './summary-plan.ts';
import type { PendingSummary } from './summary-records.ts';

/** Most deliveries in one summary. */
export const MOST_HELD = 200;

/** Dependencies of a summary. */
export interface MakeSummaryParts {
  readonly queue: Pick<Queue<Part>, 'held' | 'release' | 'end'>;
  readonly deliveries: Pick<Deliveries<Part>, 'get'>;
  readonly keyedMessages: Pick<KeyedMessages, 'find'>;
  /** The reason why a delivery may not be sent any more. */
  readonly objection: (delivery: Delivery<Part>) => Promise<string | undefined>;
  /** Whether the feature that made a delivery has withdrawn it. */
  readonly isTakenBack: (delivery: Delivery<Part>) => Promise<boolean>;
  /** Whether the person has muted it. */
  readonly isMuted: (delivery: Delivery<Part>) => Promise<boolean>;
}

/** A person's held deliveries that belong in a summary. */
interface Gathered {
  readonly items: readonly SummaryItem[];
  /** Deliveries that would edit a message in the chat. */
  readonly inChat: ReadonlySet<string>;
}

/** A released delivery: quiet hours and digests no longer hold it. */
export const asIs = (delivery: Delivery<Part>): Delivery<Part> => ({
  ...delivery,
  passes: { ...delivery.passes, quiet: true },
});

/** The same without a sound. */
export const silently = (delivery: Delivery<Part>): Delivery<Part> => ({
  ...asIs(delivery),
  steps: delivery.steps.map(({ part, cost }) => ({ part: { ...part, silent: true }, cost })),
});

/** The final status of a held delivery that does not belong in a summary; `undefined` if it does. */
async function endOf(parts: MakeSummaryParts, delivery: Delivery<Part>): Promise<'cancelled' | 'muted' | undefined> {
  if (await parts.isTakenBack(delivery)) return 'cancelled';
  return (await parts.isMuted(delivery)) ? 'muted' : undefined;
}

/** The messages in the chat with the key of a delivery. */
async function inChatOf({ keyedMessages }: MakeSummaryParts, delivery: Delivery<Part>) {
  const place = keyedPlaceOf(delivery);
  return place && (await keyedMessages.find(place).catch(() => undefined));
}

/** Reads held deliveries one by one, and settles those that do not belong in a summary. */
async function gather(parts: MakeSummaryParts, user: string): Promise<Gathered> {
  const { queue, deliveries } = parts;
  const items: SummaryItem[] = [];
  const inChat = new Set<string>();
  for (const { delivery: name, since } of queue.held(linkName(user)).slice(0, MOST_HELD)) {
    const delivery = await deliveries.get(name).catch(() => undefined);
    // The queue later records why one can't be read or must not be sent any more.
    if (delivery === undefined || (await parts.objection(delivery)) !== undefined) {
      await queue.release(name, asIs);
      continue;
    }
    const present = await inChatOf(parts, delivery);
    // A newer one with the same key was sent before it.
    const isOld = present !== undefined && present.at > since;
    const end = (await endOf(parts, delivery)) ?? (isOld ? 'replaced' : undefined);
    if (end !== undefined) await queue.end(name, end);
    else items.push(summaryItemOf(delivery));
    if (present !== undefined) inChat.add(name);
  }
  return { items, inChat };
}

/**
 * Plans a person's summary.
 *
 * @returns `undefined` if nothing is left to include @throws Problem `storage`
 */
export async function planHeld(parts: MakeSummaryParts, user: string): Promise<SummaryPlan | undefined> {
  const { items, inChat } = await gather(parts, user);
  if (items.length === 0) return undefined;
  return planSummary(items, ({ delivery }) => inChat.has(delivery));
}

/** The lines of a summary: those of its deliveries that are still held. */
export async function linesOf(
  { queue, deliveries }: Pick<MakeSummaryParts, 'queue' | 'deliveries'>,
  { user, told, own }: PendingSummary,
): Promise<readonly SummaryLine[]> {
  const named = new Set([...told, ...own]);
  const items: SummaryItem[] = [];
  for (const { delivery: name } of queue.held(linkName(user))) {
    const delivery = named.has(name) ? await deliveries.get(name).catch(() => undefined) : undefined;
    if (delivery !== undefined) items.push(summaryItemOf(delivery));
  }
  return planSummary(items, () => false).lines;
}

/** The record of a planned summary. @param now ms since 1970 */
export function pendingOf(
  { lines, told, own }: SummaryPlan,
  { user, uid }: Account,
  { now, isEarly }: { readonly now: number; readonly isEarly: boolean },
): PendingSummary {
  const isMild = lines.every(({ newest: { severity } }) => severity === 'info' || severity === 'low');
  return {
    id: `summary-${now.toString(36)}-${randomBytes(4).toString('hex')}`,
    user,
    uid,
    at: now,
    told,
    own,
    isEarly,
    isMild,
  };
}
