import type { RouteDecision, RouteSettings } from '../../core/alerts/route-decision.ts';
import type { RulesModel } from './model.ts';
import type { Rules } from './rules.ts';

/**
 * Creates the function that finds where an alert goes. The alert's entry in `alerts` comes first, by its label `alert`,
 * the `key` of its script, or its `alertname`: with `to` it is a route of its own, without `to` it stands over the
 * defaults of the routes that match. Then the routes in order, until one matches that does not go on; the defaults where
 * none did.
 */
export function createDecide({ defaults, alerts, routes }: RulesModel): Rules['decide'] {
  return (subject) => {
    const { alert, key, alertname } = subject.labels;
    const name = alert ?? key ?? alertname ?? '';
    const entry = alerts.get(name);
    if (entry?.enabled === false) return [];
    const { to, ...own } = entry?.settings ?? {};
    const base: RouteSettings = { ...defaults, ...own };
    const decisions: RouteDecision[] = [];
    if (to !== undefined) {
      decisions.push({ ...base, to, route: `alert:${name}` });
      if (entry?.goesOn !== true) return decisions;
    }
    for (const { name: route, when, settings, goesOn } of routes) {
      if (when?.(subject) === false) continue;
      decisions.push({ ...base, ...settings, route });
      if (!goesOn) break;
    }
    return decisions.length > 0 ? decisions : [{ ...base, route: 'defaults' }];
  };
}
