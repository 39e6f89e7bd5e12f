/** The fields of a held delivery that a summary needs. Pure. */
import { type Course, courseIn } from '../../../core/alerts/course.ts';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import { keyedPlaceOf } from '../../../core/delivery/keyed-message.ts';
import type { Part } from '../../telegram/part.ts';

/** A held notification. */
export interface SummaryItem {
  readonly delivery: string;
  /** When it was accepted, or was to be sent, ms since 1970. */
  readonly at: number;
  readonly title?: string;
  readonly text: string;
  readonly parseMode?: string;
  readonly source?: string;
  readonly severity?: string;
  /** The same for all deliveries of one subject; absent without a key. */
  readonly thing?: string;
  /** It would edit the last message with its key. */
  readonly isEdit: boolean;
  /** It has files or callback buttons, so a summary can't replace it. */
  readonly isWhole: boolean;
  /** Of alerts: their course. */
  readonly course?: Course;
}

/** A button that sends data to the bot. */
const acts = ({ part }: Delivery<Part>['steps'][number]): boolean =>
  'buttons' in part && part.buttons?.flat().some((button) => 'data' in button && button.data !== undefined) === true;

/** Trusts only deliveries of the bot's own features: a sender can put anything into `data`. */
function courseOf({ origin, summary }: Delivery<Part>): Course | undefined {
  return origin?.feature === 'alerts' ? courseIn(summary.data) : undefined;
}

/** Reads a held delivery. */
export function summaryItemOf(delivery: Delivery<Part>): SummaryItem {
  const { summary, steps, files, sendAt, acceptedAt, replace } = delivery;
  const { title, text, parseMode, source, severity } = summary;
  const place = keyedPlaceOf(delivery);
  const course = courseOf(delivery);
  return {
    delivery: delivery.delivery,
    at: Date.parse(sendAt ?? acceptedAt),
    ...(title !== undefined && { title }),
    text,
    ...(parseMode !== undefined && { parseMode }),
    ...(source !== undefined && { source }),
    ...(severity !== undefined && { severity }),
    ...(place !== undefined && { thing: JSON.stringify([place.user, place.uid, place.source, place.key]) }),
    isEdit: replace === true,
    isWhole: files.length > 0 || steps.some(acts),
    ...(course !== undefined && { course }),
  };
}
