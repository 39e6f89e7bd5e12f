/** An alert: a condition that fires and resolves. Its labels are its identity, within the account that posted it. */
import type { KnownAccount } from '../account.ts';

/** Facts that name an alert or describe it, such as `{"alertname": "DiskFull", "host": "db1"}`. */
export type Labels = Readonly<Record<string, string>>;

/** The value of a label or annotation; `undefined` where there is none, also for names such as `constructor`. */
export const labelIn = (labels: Labels, name: string): string | undefined =>
  Object.hasOwn(labels, name) ? labels[name] : undefined;

/** The state of an alert. A silenced alert may be acknowledged too. */
export type AlertState = 'firing' | 'acknowledged' | 'silenced' | 'resolved';

/** Every state, the one that needs a person first. */
export const ALERT_STATES: readonly AlertState[] = ['firing', 'acknowledged', 'silenced', 'resolved'];

/** An alert as a source posts it: a postable alert of Alertmanager's API v2. Times are ms since 1970. */
export interface PostedAlert {
  readonly labels: Labels;
  /** What people read; not part of the identity. */
  readonly annotations: Labels;
  /** When it began; now unless given. */
  readonly startsAt?: number;
  /** When it ends; each further post replaces a time in the future. */
  readonly endsAt?: number;
  /** A link to it at its source. */
  readonly generatorUrl?: string;
}

/** A person has taken an alert on. Times are ms since 1970. */
export interface Acknowledgement {
  /** As people see them. */
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly comment?: string;
}

/** No notifications of an alert for a time. */
export interface Silence {
  /** As people see them. */
  readonly by: string;
  /** Ms since 1970. */
  readonly until: number;
}

/** A person's comment on an alert. */
export interface AlertComment {
  /** As people see them. */
  readonly by: string;
  /** Ms since 1970. */
  readonly at: number;
  readonly text: string;
}

/** An alert as the service keeps it, from its first post until a day after it was resolved. Times are ms since 1970. */
export interface Alert {
  readonly fingerprint: string;
  /** The account that posted it: alerts of two accounts are never the same alert. */
  readonly owner: KnownAccount;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: number;
  /** When it ends, by its source or because the source stopped repeating it; absent if it fires until resolved. */
  readonly endsAt?: number;
  /** `endsAt` is a timeout: the source did not name an end. */
  readonly isTimeout?: true;
  /** When the end was processed and recorded. */
  readonly resolvedAt?: number;
  /** The last post, or the last change by a person. */
  readonly updatedAt: number;
  readonly generatorUrl?: string;
  /** What posted it: `socket`, `script`, `prometheus`, `grafana`, … */
  readonly source: string;
  /** Destinations from its source, instead of the rules' default. */
  readonly to?: readonly string[];
  readonly acknowledgement?: Acknowledgement;
  readonly silence?: Silence;
  /** Oldest first. */
  readonly comments?: readonly AlertComment[];
  /** When it last began or ended, oldest first; those of the last hour. */
  readonly changes: readonly number[];
  /** Ids of the groups it is in. */
  readonly groups: readonly string[];
  /** Version of the rules that chose the groups. */
  readonly rules: string;
}

/** An alert as the API, the chat and the dashboard show it. Times are ms since 1970. */
export interface AlertView {
  readonly fingerprint: string;
  readonly owner: KnownAccount;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly state: AlertState;
  readonly startsAt: number;
  readonly endsAt?: number;
  readonly updatedAt: number;
  readonly generatorUrl?: string;
  readonly source: string;
  readonly acknowledgement?: Acknowledgement;
  readonly silence?: Silence;
  readonly comments: readonly AlertComment[];
  /** It fired and resolved often within the last hour. */
  readonly isFlapping: boolean;
  /** Names of the destinations that received a notification of it. */
  readonly told: readonly string[];
  /** Names of the routes that it matched. */
  readonly routes: readonly string[];
}

/** Whether an alert is resolved. @param now ms since 1970 */
export const isResolved = ({ endsAt }: Pick<Alert, 'endsAt'>, now: number): boolean =>
  endsAt !== undefined && endsAt <= now;

/** The state of an alert at a point in time. @param now ms since 1970 */
export function stateOf(alert: Pick<Alert, 'endsAt' | 'silence' | 'acknowledgement'>, now: number): AlertState {
  if (isResolved(alert, now)) return 'resolved';
  if (alert.silence !== undefined && alert.silence.until > now) return 'silenced';
  return alert.acknowledgement !== undefined && alert.acknowledgement.until > now ? 'acknowledged' : 'firing';
}
