/**
 * The webhook of Healthchecks, whose body the user writes with placeholders: `$JSON` alone, or an object of their own with
 * `$NAME`, `$STATUS`, `$CODE`, `$TAGS` and the others. https://healthchecks.io/docs/configuring_notifications/
 */
import * as v from 'valibot';
import { expected } from '../../../shared/api/fields.ts';
import { isJsonObject } from '../../../shared/json/json-object.ts';
import { alertOf, type Mapper, momentOf } from './mapped-alert.ts';
import { maybeText, object, read } from './payload.ts';

const STATES: ReadonlyMap<string, 'firing' | 'resolved'> = new Map([
  ['down', 'firing'],
  ['up', 'resolved'],
]);

const check = object({
  name: maybeText,
  slug: maybeText,
  /** The check's UUID: `code` where the user wrote `$CODE`, `uuid` in `$JSON`, or `unique_key`. */
  code: maybeText,
  uuid: maybeText,
  unique_key: maybeText,
  tags: maybeText,
  desc: maybeText,
  body: maybeText,
  exit_status: v.nullish(v.union([v.string(), v.number()], expected('a string or a number'))),
  status: v.string(expected('the status of the check')),
  now: maybeText,
  last_ping: maybeText,
});

/** `$JSON` may stand in a field, beside others: `{"check": $JSON, "now": "$NOW"}`. */
function flattened(payload: unknown): unknown {
  if (!isJsonObject(payload) || !isJsonObject(payload.check)) return payload;
  const { check: inner, ...others } = payload;
  return { ...inner, ...others };
}

/** A check that went down or up. */
export const mapHealthchecks: Mapper = (payload, delivery) => {
  const found = read(check, flattened(payload));
  const { name, slug, status, desc, body, exit_status: exitStatus } = found;
  const state = STATES.get(status);
  if (state === undefined) {
    return { ignored: `The status ${JSON.stringify(status.slice(0, 64))} neither fires nor resolves an alert.` };
  }
  const called = name || slug || 'A check without a name';
  const labels = {
    alertname: 'Healthchecks',
    check: called,
    check_id: found.code || found.uuid || found.unique_key,
  };
  const annotations = {
    summary: state === 'firing' ? `${called} is down` : `${called} is up`,
    description: body || desc,
    // No label: an alert whose tags are changed while it fires must still be resolved.
    tags: found.tags,
    exit_status: exitStatus === '-1' ? undefined : exitStatus,
    last_ping: found.last_ping,
  };
  return { alerts: [alertOf({ labels, annotations, state, at: momentOf(found.now) }, delivery)] };
};
