import type { Severity } from '../notification.ts';

/** Settings of a route, of an entry of `alerts` and of the defaults of the rules. Times are ms. */
export interface RouteSettings {
  /**
   * Addresses: `ops`, `ops/disks`, `user:bob`, `@name`, `rotation:primary`, `%leads`, and `owner` for the account that
   * posted the alert.
   */
  readonly to: readonly string[];
  /** Name of a template. */
  readonly template: string;
  /** Names of labels; `...` for every label. */
  readonly groupBy: readonly string[];
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  /** 0 for no repeats. */
  readonly repeatIntervalMs: number;
  /** How long an acknowledgement lasts. */
  readonly ackTimeoutMs: number;
  /** How long after its last post an alert of a repeating source is resolved. */
  readonly resolveTimeoutMs: number;
  /** Which changes send a new message with a sound: new alerts, all changes, or only the first alert. */
  readonly notify: 'new' | 'all' | 'none';
  /** What to send for an alert that fired and was resolved within `groupWaitMs`. */
  readonly transient: 'tell' | 'drop';
  readonly priority?: Severity;
  /** Tries of a delivery whose failure is temporary; 0 for the queue's own number. */
  readonly retryAttempts: number;
  /** Name of an escalation. */
  readonly escalation?: string;
  /** A cron schedule, followed by a time zone: messages are sent only at these times. */
  readonly schedule?: string;
  /** Names of times outside of which nothing is sent. */
  readonly active: readonly string[];
  /** Names of times within which nothing is sent. */
  readonly muted: readonly string[];
  /** Liquid that makes the address behind "View Details". */
  readonly link?: string;
}

/** One route of an alert. */
export interface RouteDecision extends RouteSettings {
  /** Unique among the rules: the route's name, `alert:NAME` for an entry of `alerts`, `defaults`. */
  readonly route: string;
}

/** A step of an escalation. */
export interface EscalationStep {
  /** Ms since the first message of the group. */
  readonly afterMs: number;
  /** Addresses. */
  readonly to: readonly string[];
}
