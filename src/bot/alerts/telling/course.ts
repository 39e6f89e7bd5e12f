/** The entry of a group's message in a summary after quiet hours. Pure. */
import type { Alert } from '../../../core/alerts/alert.ts';
import type { Course } from '../../../core/alerts/course.ts';
import { cleanLine } from '../../../markup/hygiene.ts';

/** UTF-16 units of a name that is kept; a summary shows fewer. */
const NAME_UNITS = 200;

/** The name of an alert for people: its title, or its name and location. */
function nameOf({ labels, annotations }: Alert): string {
  const title = annotations.title ?? annotations.summary;
  if (title !== undefined && title.trim() !== '') return title;
  const place = labels.host ?? labels.instance;
  const name = labels.alertname ?? labels.alert ?? labels.key ?? 'Alert';
  return place === undefined ? name : `${name} on ${place}`;
}

function nameOfAll(alerts: readonly Alert[]): string {
  const [name = 'Alert', ...others] = new Set(alerts.map(nameOf));
  const all = others.length === 0 ? name : `${name} and ${others.length} more`;
  return cleanLine(all).slice(0, NAME_UNITS).toWellFormed();
}

/**
 * The course of the alerts of a message.
 *
 * @param open the open alerts
 * @param over the resolved alerts, which count if none is open
 */
export function courseOf(open: readonly Alert[], over: readonly Alert[], state: Course['state']): Course | undefined {
  const alerts = open.length > 0 ? open : over;
  if (alerts.length === 0) return undefined;
  const ends = over.flatMap(({ endsAt }) => endsAt ?? []);
  const until = state === 'resolved' && ends.length > 0 ? Math.max(...ends) : undefined;
  return {
    name: nameOfAll(alerts),
    state,
    since: Math.min(...alerts.map(({ startsAt }) => startsAt)),
    ...(until !== undefined && { until }),
  };
}
