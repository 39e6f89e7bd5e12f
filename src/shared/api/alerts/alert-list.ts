/** Alerts on a command line. */
import { ALERT_STATES, type AlertState } from '../../../core/alerts/alert.ts';
import { shortDuration } from '../../text/duration.ts';
import { cell, table } from '../../text/table.ts';
import { MAX_LISTED_ALERTS } from '../limits.ts';
import type { AlertAnswer } from './answers.ts';
import type { AlertClient } from './client.ts';

/** The states of alerts that are not over. */
export const OPEN_STATES = ALERT_STATES.filter((state) => state !== 'resolved');

/** Alerts that a command reads at most: more than a person looks through. */
const MOST_READ = 2000;

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;

/** Alerts that were read, and how many there are. */
export interface AlertList {
  readonly alerts: readonly AlertAnswer[];
  readonly total: number;
}

/** Reads the alerts in some states, one state after the other, up to 2,000 in all. @throws Problem as the client does */
export async function readAlerts(
  client: Pick<AlertClient, 'alerts'>,
  states: readonly AlertState[],
): Promise<AlertList> {
  const alerts: AlertAnswer[] = [];
  let total = 0;
  for (const state of states) {
    let before: string | null | undefined;
    let counted = 0;
    do {
      const limit = Math.min(MAX_LISTED_ALERTS, MOST_READ - alerts.length);
      const page = await client.alerts({ state, limit: Math.max(1, limit), ...(before && { before }) });
      if (limit > 0) alerts.push(...page.alerts);
      ({ total: counted, next: before } = page);
    } while (before && alerts.length < MOST_READ);
    total += counted;
  }
  return { alerts, total };
}

/** What people call an alert: its `alertname`, else its fingerprint. */
export const alertName = ({ labels, fingerprint }: Pick<AlertAnswer, 'labels' | 'fingerprint'>): string =>
  labels.alertname ?? fingerprint;

/** The labels of an alert beside its name: `host=db1 key=root`. */
export function otherLabels({ labels }: Pick<AlertAnswer, 'labels'>): string {
  const others = Object.entries(labels).filter(([name]) => name !== 'alertname');
  return others
    .map(([name, value]) => `${name}=${/^[\w.:/%+-]+$/.test(value) ? value : JSON.stringify(value)}`)
    .join(' ');
}

/** How long until a time, to the minute where that is longer: `8h`. @param now ms since 1970 */
export function timeLeft(until: string, now: number): string {
  const left = Math.max(0, Date.parse(until) - now);
  return shortDuration(left < MINUTE_MS ? left : Math.round(left / MINUTE_MS) * MINUTE_MS);
}

/** Who does something about an alert. */
function noteOf({ acknowledgement, silence, state, flapping }: AlertAnswer, now: number): string {
  const notes = [
    ...(state === 'acknowledged' && acknowledgement
      ? [`${acknowledgement.by}, ${timeLeft(acknowledgement.until, now)} left`]
      : []),
    ...(state === 'silenced' && silence ? [`${silence.by}, ${timeLeft(silence.until, now)} left`] : []),
    ...(flapping ? ['flapping'] : []),
  ];
  return notes.join(', ');
}

/**
 * A table of alerts; it names their owners where they have several.
 * @param state the one that was asked for; those that are not over unless given
 * @param now ms since 1970
 */
export function alertsText({ alerts, total }: AlertList, state: AlertState | undefined, now: number): string {
  if (alerts.length === 0) return `No alert is ${state ?? 'open'}.\n`;
  const hasOwners = new Set(alerts.map(({ owner }) => owner)).size > 1;
  const rows = alerts.map((alert) => [
    alert.state,
    cell(alertName(alert)),
    cell(otherLabels(alert), 80),
    ...(hasOwners ? [cell(alert.owner, 20)] : []),
    shortDuration(Math.max(SECOND_MS, now - Date.parse(alert.starts_at))),
    cell(noteOf(alert, now), 40),
    alert.fingerprint,
  ]);
  const heading = ['STATE', 'ALERT', 'LABELS', ...(hasOwners ? ['OWNER'] : []), 'FOR', 'BY', 'FINGERPRINT'];
  const more = total > alerts.length ? `and ${total - alerts.length} more\n` : '';
  return `${table([heading, ...rows])}${more}`;
}
