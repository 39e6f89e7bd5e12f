/** What the endpoints of alerts answer; unknown fields are kept. `docs/openapi.yaml` explains the fields. */
import * as v from 'valibot';
import { ALERT_STATES } from '../../../core/alerts/alert.ts';

const text = v.string();
const count = v.number();
const maybe = <const T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);
const ok = { ok: v.literal(true) };
const state = v.picklist(ALERT_STATES);
const strings = v.record(text, text);

const alert = v.object({
  fingerprint: text,
  /** The account that posted it. */
  owner: text,
  state,
  labels: strings,
  annotations: strings,
  starts_at: text,
  /** When it was resolved, or its source says that it ends. */
  ends_at: maybe(text),
  updated_at: text,
  /** Where its source shows it. */
  generator_url: maybe(text),
  /** What posted it, such as `prometheus`. */
  source: text,
  acknowledgement: maybe(v.object({ by: text, at: text, until: text, comment: maybe(text) })),
  silence: maybe(v.object({ by: text, until: text })),
  comments: v.array(v.object({ by: text, at: text, text })),
  /** It began and ended often within the last hour. */
  flapping: v.boolean(),
  /** The destinations that were told of it. */
  told: v.array(text),
  /** The routes of the rules that it matched. */
  routes: v.array(text),
});
export type AlertAnswer = v.InferOutput<typeof alert>;

/** `GET /alerts` */
export const alertsAnswer = v.object({
  ...ok,
  alerts: v.array(alert),
  /** How many there are of this state, on all pages. */
  total: count,
  /** The `before` of the next page. */
  next: v.nullable(text),
});
export type AlertsAnswer = v.InferOutput<typeof alertsAnswer>;

/** `POST /alerts`: one for each alert, in their order. */
export const alertsTakenAnswer = v.object({ ...ok, alerts: v.array(v.object({ fingerprint: text, state })) });
export type AlertsTakenAnswer = v.InferOutput<typeof alertsTakenAnswer>;

/** `GET /alerts/{fingerprint}`, and what changes one: the alert as it is then. */
export const alertAnswer = v.object({ ...ok, alert });
