/** Alerts of one owner that share a message: same route, same values of the labels that the route groups by. */
import type { Account, KnownAccount } from '../account.ts';
import type { Destination } from '../destination.ts';
import { type Labels, labelIn } from './alert.ts';
import type { EscalationStep, RouteDecision } from './route-decision.ts';

/** A destination of a group, and what it has received. */
export interface GroupPlace extends Destination {
  /** Whose link it is; absent for a registered destination. */
  readonly person?: Account;
  /**
   * What it has received: nothing, a message that waits to be sent, an escalation step whose call has begun, or a message
   * that was sent.
   */
  readonly state: 'untold' | 'waiting' | 'sending' | 'told';
  /** The messages that show the group now; several where its text needs them. */
  readonly messages: readonly number[];
  /** Messages that a newer one replaced, to be deleted. */
  readonly former: readonly number[];
}

/** An escalation that runs until a person acknowledges, or all alerts are resolved. */
export interface Escalation {
  /** Ms since 1970. */
  readonly startedAt: number;
  /** In the order of their times. */
  readonly steps: readonly EscalationStep[];
  /** The index of the next step. */
  readonly next: number;
}

/** How a message of a group is sent: as a new one, as an edit of the previous one, or as a step of an escalation. */
export type Telling = 'new' | 'edit' | 'step';

/** A message for one place. */
export interface PendingMessage {
  /** Its place in the group's `places`. */
  readonly place: number;
  readonly telling: Telling;
}

/** Messages that are recorded, and possibly not submitted to the queue yet. */
export interface PendingMessages {
  readonly messages: readonly PendingMessage[];
  /** Whose acknowledgement expired. */
  readonly expired?: string;
  /** Fingerprints of resolved alerts that these messages name; the first ones. */
  readonly over: readonly string[];
  /** How many there are. */
  readonly overCount: number;
}

/** A group, from its first alert until all are resolved and that was sent. Times are ms since 1970. */
export interface AlertGroup {
  /** Never reused, 12 letters and digits: a group that begins again gets a new id. */
  readonly id: string;
  readonly owner: KnownAccount;
  /** The labels that its alerts have in common because it is grouped by them. */
  readonly labels: Labels;
  readonly decision: RouteDecision;
  readonly createdAt: number;
  /** Counts the decisions to send. */
  readonly version: number;
  /** When its timer was last processed. */
  readonly flushedAt?: number;
  /** When the last new message or repeat was decided. */
  readonly toldAt?: number;
  /** When its timer is due; absent if there is nothing to send. */
  readonly flushAt?: number;
  /** When to update messages with changes of alerts that were sent. */
  readonly editAt?: number;
  readonly escalation?: Escalation;
  /** Whose acknowledgement expired, for the next message. */
  readonly expired?: string;
  readonly places: readonly GroupPlace[];
  readonly pending?: PendingMessages;
  /** When all alerts were resolved and that was sent. The group is kept until its last messages are settled. */
  readonly endedAt?: number;
}

/** Groups by every label. */
const ALL_LABELS = '...';

/** The labels by which an alert is grouped; one that it lacks does not count. */
export function groupLabelsOf({ groupBy }: Pick<RouteDecision, 'groupBy'>, labels: Labels): Labels {
  if (groupBy.includes(ALL_LABELS)) return labels;
  return Object.fromEntries(
    [...groupBy].sort().flatMap((name) => {
      const value = labelIn(labels, name);
      return value === undefined ? [] : [[name, value] as const];
    }),
  );
}

/** The same for all alerts of one group. */
export function groupKeyOf(owner: KnownAccount, route: string, labels: Labels): string {
  const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([owner.uid, route, sorted]);
}

/** Whether any place of a group received a message. */
export const isTold = ({ places }: Pick<AlertGroup, 'places'>): boolean =>
  places.some(({ state }) => state !== 'untold');

/** The route of a group, and the places that were notified by it. */
export interface Recipients {
  readonly route: string;
  readonly places: readonly Pick<GroupPlace, 'name' | 'person'>[];
}

/** Whom a group has notified. */
export const recipientsOf = ({ decision, places }: Pick<AlertGroup, 'decision' | 'places'>): Recipients => ({
  route: decision.route,
  places: places
    .filter(({ state }) => state === 'told')
    .map(({ name, person }) => ({ name, ...(person !== undefined && { person }) })),
});
