/** Decides what a summary tells, and what goes out by itself behind it. Pure. */
import type { SummaryItem } from './summary-item.ts';

/** One line of a summary: a notification, or all that told of the same thing, of which the newest counts. */
export interface SummaryLine {
  readonly newest: SummaryItem;
  /** When the first of them came, ms since 1970. */
  readonly from: number;
  /** How many there are. */
  readonly count: number;
}

/** @see planSummary */
export interface SummaryPlan {
  /** In the order in which their newest came. */
  readonly lines: readonly SummaryLine[];
  /** Deliveries that the summary takes the place of. */
  readonly told: readonly string[];
  /** Deliveries that follow the summary without a sound, in their order. */
  readonly own: readonly string[];
}

/**
 * Whether the newest of its thing follows the summary as it is: it holds what a summary can't, or it brings the message
 * up to date that the chat has of it. Of alerts that are over, and that the chat was never told of, the summary says all.
 */
function goesOut({ isEdit, isWhole, course }: SummaryItem, isInChat: boolean): boolean {
  if (isEdit && isInChat) return true;
  return isWhole && course?.state !== 'resolved';
}

/**
 * Plans a summary.
 *
 * @param items in the order in which they came
 * @param isInChat whether the chat has a message of what an item tells of
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
  // Without `replace` each of the same thing is a message of its own, and may hold a file of its own.
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
