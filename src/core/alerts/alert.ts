/** An alert: a condition that fires and resolves. Its labels are its identity, within the account that posted it. */
import type { KnownAccount } from '../account.ts';

/** Facts that name an alert or describe it, such as `{"alertname": "DiskFull", "host": "db1"}`. */
export type Labels = Readonly<Record<string, string>>;

/** What an alert is at the moment. A silenced alert may be acknowledged too. */
export type AlertState = 'firing' | 'acknowledged' | 'silenced' | 'resolved';

/** Every state, the one that needs a person first. */
export const ALERT_STATES: readonly AlertState[] = ['firing', 'acknowledged', 'silenced', 'resolved'];

/** What a source says of one alert: a postable alert of Alertmanager's API v2. Times are ms since 1970. */
export interface PostedAlert {
  readonly labels: Labels;
  /** What people read; not part of the identity. */
  readonly annotations: Labels;
  /** When it began; now unless given. */
  readonly startsAt?: number;
  /** When it is over; a time in the future is moved on by each further post. */
  readonly endsAt?: number;
  /** Where its source shows it. */
  readonly generatorUrl?: string;
}

/** Somebody takes care of an alert. Times are ms since 1970. */
export interface Acknowledgement {
  /** As people see them. */
  readonly by: string;
  readonly at: number;
  readonly until: number;
  readonly comment?: string;
}

/** Nobody is told of an alert for a time. */
export interface Silence {
  /** As people see them. */
  readonly by: string;
  /** Ms since 1970. */
  readonly until: number;
}

/** What somebody said about an alert. */
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
  /** Who posted it: alerts of two accounts are never the same one. */
  readonly owner: KnownAccount;
  readonly labels: Labels;
  readonly annotations: Labels;
  readonly startsAt: number;
  /** When it is over, by its source or because the source stopped repeating it; absent where it fires until resolved. */
  readonly endsAt?: number;
  /** `endsAt` follows from the silence of its source. */
  readonly isTimeout?: true;
  /** When the end was noticed and recorded. */
  readonly resolvedAt?: number;
  /** The last post, or the last change by a person. */
  readonly updatedAt: number;
  readonly generatorUrl?: string;
  /** What posted it: `socket`, `script`, `prometheus`, `grafana`, … */
  readonly source: string;
  /** Where its source wants it to go, in place of what the rules say by default. */
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
  /** It began and ended often within the last hour. */
  readonly isFlapping: boolean;
  /** Names of the destinations that were told of it. */
  readonly told: readonly string[];
  /** Names of the routes that it matched. */
  readonly routes: readonly string[];
}

/** Whether an alert is over. @param now ms since 1970 */
export const isResolved = ({ endsAt }: Pick<Alert, 'endsAt'>, now: number): boolean =>
  endsAt !== undefined && endsAt <= now;

/** What an alert is at a moment. @param now ms since 1970 */
export function stateOf(alert: Pick<Alert, 'endsAt' | 'silence' | 'acknowledgement'>, now: number): AlertState {
  if (isResolved(alert, now)) return 'resolved';
  if (alert.silence !== undefined && alert.silence.until > now) return 'silenced';
  return alert.acknowledgement !== undefined && alert.acknowledgement.until > now ? 'acknowledged' : 'firing';
}
