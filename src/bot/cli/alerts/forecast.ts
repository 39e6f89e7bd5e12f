/** How the rules would handle an alert at a point in time. Pure except for the rules. */

import type { RouteDecision } from '../../../core/alerts/route-decision.ts';
import { severityIn } from '../../../core/alerts/severity.ts';
import type { Severity } from '../../../core/notification.ts';
import type { Rules, Subject, TemplateAlert } from '../../rules/rules.ts';

/** A step of an escalation with its time, ms since 1970. */
export interface ForecastStep {
  readonly afterMs: number;
  readonly at: number;
  readonly to: readonly string[];
}

/** A time of the rules that holds a message back. */
export interface ForecastMute {
  readonly time: string;
  /** Nothing is sent outside of it, or within it. */
  readonly is: 'outside' | 'within';
  /** Ms since 1970; `undefined` where it never ends. */
  readonly until: number | undefined;
}

/** One route of the alert. */
export interface Forecast {
  readonly route: string;
  readonly to: readonly string[];
  readonly template: string;
  /** Label names and values that make the group. */
  readonly group: Readonly<Record<string, string>>;
  /** When the first message is sent, ms since 1970; `undefined` for never. */
  readonly toldAt: number | undefined;
  /** The schedule that limits when messages are sent. */
  readonly schedule: string | undefined;
  /** The times of the rules that delay the first message. */
  readonly mutes: readonly ForecastMute[];
  /** Time between repeats while nobody acknowledges it, ms; 0 for none. */
  readonly repeatMs: number;
  /** How urgent it is: the route's priority, or the label `severity`. */
  readonly severity: Severity | undefined;
  readonly notify: RouteDecision['notify'];
  readonly escalation: string | undefined;
  readonly steps: readonly ForecastStep[];
  /** What people read. */
  readonly text: string;
}

/** Changes of the times to examine before a route counts as one that never sends. */
const MOST_CHANGES = 200;

/** An address at a point in time; a rotation with the people who are on call. */
function resolved(address: string, rules: Rules, at: number): string {
  if (!address.startsWith('rotation:')) return address;
  const people = rules.onCall(address.slice('rotation:'.length), at)?.people ?? [];
  return `${address} → ${people.map((person) => `user:${person}`).join(', ') || 'nobody'}`;
}

/** The first point in time, not before `from`, at which a route may send. */
function openAt(rules: Rules, decision: RouteDecision, from: number): number | undefined {
  let at = from;
  for (let change = 0; change < MOST_CHANGES; change += 1) {
    const { isOpen, changesAt } = rules.mayTell(decision, at);
    if (isOpen) return at;
    if (changesAt === undefined) return undefined;
    at = changesAt;
  }
  return undefined;
}

/** The times that hold a route's messages back at a point in time. */
function mutesOf(rules: Rules, { active, muted }: RouteDecision, at: number): readonly ForecastMute[] {
  const look = (time: string, is: ForecastMute['is']): readonly ForecastMute[] => {
    const only = is === 'outside' ? { active: [time], muted: [] } : { active: [], muted: [time] };
    const { isOpen, changesAt } = rules.mayTell(only, at);
    return isOpen ? [] : [{ time, is, until: changesAt }];
  };
  const outside = active.flatMap((time) => look(time, 'outside'));
  // One that is open is enough.
  return [...(outside.length === active.length ? outside : []), ...muted.flatMap((time) => look(time, 'within'))];
}

function groupOf({ groupBy }: RouteDecision, labels: Subject['labels']): Forecast['group'] {
  const names = groupBy.includes('...') ? Object.keys(labels) : groupBy;
  return Object.fromEntries(names.map((name) => [name, labels[name] ?? '']));
}

async function forecastOf(decision: RouteDecision, alert: TemplateAlert, rules: Rules, now: number): Promise<Forecast> {
  const { route, template, schedule, escalation, priority, link } = decision;
  const waited = now + decision.groupWaitMs;
  const scheduled = schedule === undefined ? waited : rules.nextAt(schedule, now);
  const toldAt = scheduled === undefined ? undefined : openAt(rules, decision, scheduled);
  const group = groupOf(decision, alert.labels);
  const steps = escalation === undefined ? [] : rules.escalation(escalation);
  const view = {
    status: alert.status,
    alerts: [alert],
    groupLabels: group,
    ...(priority !== undefined && { priority }),
    ...(link !== undefined && { link }),
  };
  return {
    route,
    to: decision.to.map((address) => resolved(address, rules, toldAt ?? now)),
    template,
    group,
    toldAt,
    schedule,
    mutes: scheduled === undefined ? [] : mutesOf(rules, decision, scheduled),
    repeatMs: decision.repeatIntervalMs,
    severity: priority ?? severityIn(alert),
    notify: decision.notify,
    escalation,
    steps:
      toldAt === undefined
        ? []
        : steps.map(({ afterMs, to }) => ({
            afterMs,
            at: toldAt + afterMs,
            to: to.map((address) => resolved(address, rules, toldAt + afterMs)),
          })),
    text: (await rules.render(template, view)).text,
  };
}

/** How each route would handle an alert that is posted at a point in time. @param now ms since 1970 */
export function forecast(
  subject: Subject,
  alert: TemplateAlert,
  rules: Rules,
  now: number,
): Promise<readonly Forecast[]> {
  return Promise.all(rules.decide(subject).map((decision) => forecastOf(decision, alert, rules, now)));
}
