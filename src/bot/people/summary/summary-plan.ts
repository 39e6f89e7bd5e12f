/** Decides what a summary includes, and which deliveries follow it. Pure. */
import type { SummaryItem } from './summary-item.ts';

/** One line of a summary: a notification, or all with the same subject, of which the newest is shown. */
export interface SummaryLine {
  readonly newest: SummaryItem;
  /** When the first of them arrived, ms since 1970. */
  readonly from: number;
  /** How many there are. */
  readonly count: number;
}

/** @see planSummary */
export interface SummaryPlan {
  /** In the order of their newest notification. */
  readonly lines: readonly SummaryLine[];
  /** Deliveries that the summary replaces. */
  readonly told: readonly string[];
  /** Deliveries that follow the summary without a sound, in their order. */
  readonly own: readonly string[];
}

/**
 * Whether the newest delivery of a subject follows the summary unchanged: it has content that a summary can't show, or it
 * updates a message in the chat. For resolved alerts that the chat has no message of, the summary is enough.
 */
function goesOut({ isEdit, isWhole, course }: SummaryItem, isInChat: boolean): boolean {
  if (isEdit && isInChat) return true;
  return isWhole && course?.state !== 'resolved';
}

/**
 * Plans a summary.
 *
 * @param items in the order of their arrival
 * @param isInChat whether the chat has a message with an item's subject
 */
export function planSummary(items: readonly SummaryItem[], isInChat: (item: SummaryItem) => boolean): SummaryPlan {
  const byThing = new Map<string, SummaryItem[]>();
  for (const item of items) {
    const thing = item.thing ?? item.delivery;
    byThing.set(thing, [...(byThing.get(thing) ?? []), item]);
  }
  const lines = [...byThing.values()].flatMap((same): SummaryLine[] => {
    const [first, newest] = [same[0], same.at(-1)];
    return first === undefined || newest === undefined ? [] : [{ newest, from: first.at, count: same.length }];
  });
  const newest = new Set(lines.map((line) => line.newest));
  // Without `replace` each delivery of a subject is a separate message, and may have its own file.
  const isOwn = (item: SummaryItem) =>
    newest.has(item)
      ? goesOut(item, isInChat(item))
      : !item.isEdit && item.course === undefined && goesOut(item, false);
  const own = items.filter(isOwn);
  return {
    lines: lines.sort((one, other) => one.newest.at - other.newest.at),
    told: items.filter((item) => !own.includes(item)).map(({ delivery }) => delivery),
    own: own.map(({ delivery }) => delivery),
  };
}
