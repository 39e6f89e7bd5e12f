/**
 * The webhook contact point of Grafana's alerting: Alertmanager's payload with links and values of its own.
 * https://grafana.com/docs/grafana/latest/alerting/configure-notifications/manage-contact-points/integrations/webhook-notifier/
 */
import * as v from 'valibot';
import { mapOf } from '../../../shared/api/fields.ts';
import { webhookAlert, webhookAlertOf, webhookOf } from './alertmanager.ts';
import { annotationsOf, type Mapper } from './mapped-alert.ts';
import { maybeText, object, read } from './payload.ts';

const grafanaAlert = object({
  ...webhookAlert.entries,
  dashboardURL: maybeText,
  panelURL: maybeText,
  silenceURL: maybeText,
  values: v.nullish(mapOf(v.unknown(), 'an object')),
});
const webhook = webhookOf(grafanaAlert);

/** Annotations such as `__dashboardUid__` are Grafana's own. */
const isPrivate = (name: string) => name.startsWith('__') && name.endsWith('__');

/** The values of a rule's expressions, such as `B=44.24 C=1`. */
const valuesText = (values: Readonly<Record<string, unknown>>): string =>
  Object.entries(values)
    .filter(([, value]) => typeof value === 'number')
    .map(([name, value]) => `${name}=${Number(Number(value).toPrecision(4))}`)
    .join(' ');

/** Firing and resolved alerts of one group. */
export const mapGrafana: Mapper = (payload, { now }) => ({
  alerts: read(webhook, payload).alerts.map((alert) => {
    const { labels, annotations, generatorURL, dashboardURL, panelURL, silenceURL, values } = alert;
    const own = Object.fromEntries(Object.entries(annotations ?? {}).filter(([name]) => !isPrivate(name)));
    const added = { values: valuesText(values ?? {}), panel_url: panelURL || dashboardURL, silence_url: silenceURL };
    return {
      ...webhookAlertOf(alert, now),
      annotations: annotationsOf({ ...added, ...own }, [labels, generatorURL]),
    };
  }),
});
