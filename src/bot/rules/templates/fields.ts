import { type Labels, labelIn } from '../../../core/alerts/alert.ts';
import { mostUrgent, severityIn } from '../../../core/alerts/severity.ts';
import type { Severity } from '../../../core/notification.ts';
import { linkable } from '../../../markup/links.ts';
import type { TemplateAlert, TemplateView } from '../rules.ts';

/** Labels and annotations that say the same for different programs, the first one counts. */
const NAMES = {
  title: ['title', 'summary'],
  description: ['description', 'message'],
  action_required: ['action_required', 'action'],
  due_date: ['due_date', 'deadline'],
  link: ['link', 'url', 'dashboard_url', 'runbook_url'],
  period: ['period'],
  generated: ['generated', 'generated_at'],
  download_link: ['download_link', 'download_url'],
} as const;

/** As messages show a severity, but for critical. */
const EMOJI: Readonly<Record<Severity, string>> = {
  critical: '🚨',
  high: '🟠',
  medium: '🟡',
  low: '🔵',
  info: 'ℹ️',
};

/** What an alert says under the first of some names: an annotation, or else a label. */
function said({ labels, annotations }: TemplateAlert, names: readonly string[]): string {
  for (const all of [annotations, labels]) {
    for (const name of names) {
      const value = labelIn(all, name)?.trim();
      if (value !== undefined && value !== '') return value;
    }
  }
  return '';
}

const nameOf = ({ labels }: TemplateAlert): string =>
  labelIn(labels, 'alertname') ?? labelIn(labels, 'alert') ?? labelIn(labels, 'key') ?? 'Alert';

const titleOf = (alert: TemplateAlert): string => said(alert, NAMES.title) || nameOf(alert);

/** The entries that all alerts have with the same value. */
function common(all: readonly Labels[]): Labels {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((other) => labelIn(other, name) === value)),
  );
}

/** An address that Telegram takes in a link; empty for anything else. */
const addressOf = (text: string): string => linkable(text.trim()) ?? '';

const iso = (at: number | undefined) => (at === undefined ? null : new Date(at).toISOString());

/** An alert as templates see it. */
const alertFields = (alert: TemplateAlert) => ({
  title: titleOf(alert),
  name: nameOf(alert),
  description: said(alert, NAMES.description),
  due_date: said(alert, NAMES.due_date),
  labels: alert.labels,
  annotations: alert.annotations,
  status: alert.status,
  starts_at: iso(alert.startsAt),
  ends_at: iso(alert.endsAt),
  acknowledged_by: alert.acknowledgedBy ?? null,
});

/**
 * The fields of a template: what all alerts of the group say alike; what one of them says alone is empty, but stands in
 * `alerts`.
 *
 * @param link the route's own, rendered
 */
export function templateFields(view: TemplateView, link: string) {
  const { alerts, priority, status, groupLabels } = view;
  const same = (names: readonly string[]) => {
    const values = new Set(alerts.map((alert) => said(alert, names)));
    return values.size === 1 ? ([...values][0] ?? '') : '';
  };
  const first = alerts[0];
  const count = view.total ?? alerts.length;
  const titles = new Set(alerts.map(titleOf));
  const names = new Set(alerts.map(nameOf));
  const [title = 'Alert'] = titles.size === 1 ? titles : names.size === 1 ? names : [`${count} alerts`];
  const firing = alerts.filter((alert) => alert.status === 'firing');
  const named = mostUrgent((firing.length > 0 ? firing : alerts).map(severityIn));
  const severity = named ?? priority ?? 'medium';
  return {
    title,
    severity,
    emoji: status === 'resolved' ? '✅' : EMOJI[severity],
    description: same(NAMES.description),
    action_required: same(NAMES.action_required),
    due_date: same(NAMES.due_date),
    link: addressOf(link) || addressOf(same(NAMES.link)) || addressOf(first?.generatorUrl ?? ''),
    period: same(NAMES.period),
    generated: same(NAMES.generated),
    download_link: addressOf(same(NAMES.download_link)),
    labels: common(alerts.map((alert) => alert.labels)),
    annotations: common(alerts.map((alert) => alert.annotations)),
    group: groupLabels,
    alerts: alerts.map(alertFields),
    count,
    firing: firing.length,
    status,
    starts_at: iso(Math.min(...alerts.map(({ startsAt }) => startsAt))),
    acknowledged_by: view.acknowledgedBy ?? null,
  };
}
