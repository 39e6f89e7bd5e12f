/** The payload of this project's own, for curl and for programs that write one themselves. */
import * as v from 'valibot';
import { SEVERITIES } from '../../../core/notification.ts';
import { expected, mapOf, oneOf } from '../../../shared/api/fields.ts';
import { alertOf, type Delivery, type MappedAlert, type Mapper, momentOf } from './mapped-alert.ts';
import { listOf, moment, object, read, text } from './payload.ts';

const values = mapOf(
  v.union([v.string(), v.number(), v.boolean()], expected('a string, a number or a boolean')),
  'an object of strings, numbers and booleans',
);
const named = v.pipe(
  text,
  v.check((value) => /[^\p{Cc}\s]/u.test(value), 'expected a text that is not blank.'),
);

const fields = {
  title: v.exactOptional(named),
  message: v.exactOptional(text),
  severity: v.exactOptional(oneOf(SEVERITIES)),
  state: v.exactOptional(oneOf(['firing', 'resolved'])),
  key: v.exactOptional(named),
  labels: v.exactOptional(values),
  annotations: v.exactOptional(values),
  link: v.exactOptional(text),
  starts_at: v.exactOptional(moment),
  ends_at: v.exactOptional(moment),
};
const one = v.pipe(
  object(fields),
  v.check(({ title, key, labels }) => (title ?? key ?? labels?.alertname) !== undefined, 'expected a title or a key.'),
);
const many = listOf(one);

const texts = (given: Readonly<Record<string, string | number | boolean>> = {}) =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]));

/** The key and the labels name the alert; without a key its title does. Severity and texts may change while it fires. */
function alertIn(given: v.InferOutput<typeof one>, delivery: Delivery): MappedAlert {
  const { title, message, severity, state = 'firing', key, labels, annotations, link } = given;
  const own = texts(labels);
  const reported = {
    labels: { alertname: key ?? title, ...own, key },
    annotations: { summary: title, description: message, severity, ...texts(annotations) },
    url: link,
    state,
    at: momentOf(given.starts_at),
  };
  const alert = alertOf(reported, delivery);
  if (given.ends_at !== undefined) return { ...alert, endsAt: given.ends_at };
  return state === 'resolved' ? { ...alert, endsAt: new Date(delivery.now).toISOString() } : alert;
}

/** One alert, or a list of them. */
export const mapGeneric: Mapper = (payload, delivery) => ({
  alerts: (Array.isArray(payload) ? read(many, payload) : [read(one, payload)]).map((given) =>
    alertIn(given, delivery),
  ),
});
