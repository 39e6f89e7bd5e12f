/**
 * What Prometheus and Alertmanager post: the list of API v2, and the webhook of version 4.
 * https://prometheus.io/docs/alerting/latest/configuration/#webhook_config
 */
import * as v from 'valibot';
import type { PostableAlert } from '../../../shared/api/alerts/client.ts';
import { oneOf } from '../../../shared/api/fields.ts';
import { isJsonObject } from '../../../shared/json/json-object.ts';
import { annotationsOf, type MappedAlert, type Mapper, momentOf, rfc3339 } from './mapped-alert.ts';
import { listOf, maybeText, object, read, textMap } from './payload.ts';

/** An alert of a webhook, as Grafana has it too. */
export const webhookAlert = object({
  status: oneOf(['firing', 'resolved']),
  labels: textMap,
  annotations: v.nullish(textMap),
  startsAt: maybeText,
  endsAt: maybeText,
  generatorURL: maybeText,
});

/** @param alert the schema of one of its alerts */
export const webhookOf = <const Alert extends v.GenericSchema>(alert: Alert) => object({ alerts: listOf(alert) });

const webhook = webhookOf(webhookAlert);
const postable = listOf(v.unknown());

type WebhookAlert = v.InferOutput<typeof webhookAlert>;

/** An alert of a webhook, with the labels as they are: they are its identity. */
export function webhookAlertOf(
  { status, labels, annotations, startsAt, endsAt, generatorURL }: WebhookAlert,
  now: number,
): MappedAlert {
  const ended = status === 'resolved' ? Math.min(momentOf(endsAt) ?? now, now) : undefined;
  const begun = Math.min(momentOf(startsAt) ?? now, ended ?? now);
  return {
    labels,
    annotations: annotationsOf(annotations ?? {}, [labels, generatorURL]),
    startsAt: rfc3339(begun),
    ...(ended !== undefined && { endsAt: rfc3339(ended) }),
    ...(generatorURL && { generatorURL }),
  };
}

/** The webhook of an Alertmanager, firing and resolved alerts of one group. */
export const mapAlertmanager: Mapper = (payload, { now }) => ({
  alerts: read(webhook, payload).alerts.map((alert) => webhookAlertOf(alert, now)),
});

/**
 * The list of `POST /api/v2/alerts`. Each alert is checked by the bot, which takes the right ones of a list with a wrong one;
 * here only long annotations are cut. So the type says what an alert should be.
 */
export function postedAlerts(payload: unknown): readonly PostableAlert[] {
  const list = read(postable, payload).map((alert) => {
    if (!isJsonObject(alert) || !v.is(textMap, alert.annotations)) return alert;
    return { ...alert, annotations: annotationsOf(alert.annotations, [alert.labels, alert.generatorURL]) };
  });
  return list as readonly PostableAlert[];
}
