/** What the socket API takes and answers about a person's settings. `docs/openapi.yaml` explains the fields. */
import * as v from 'valibot';
import { expected, fieldsOf, maybe, user } from '../fields.ts';

/** Characters of a value; the longest that makes sense, quiet hours of each day of the week, takes 200. */
export const MAX_SETTING = 300;

const A_VALUE = `a string of at most ${MAX_SETTING} characters, or null to switch it off`;
const value = v.nullable(
  v.pipe(
    v.string(expected(A_VALUE)),
    v.check((text) => text.length <= MAX_SETTING, expected(A_VALUE)),
  ),
);

/** `POST /settings`: a setting that is left out stays; `null` and `off` switch it off. */
export const settingsBody = fieldsOf({
  user: maybe(user),
  timezone: maybe(value),
  quiet: maybe(value),
  digest: maybe(value),
});
export type SettingsBody = v.InferInput<typeof settingsBody>;

/** `GET /settings` and `POST /settings` */
export const settingsAnswer = v.object({
  ok: v.literal(true),
  user: v.string(),
  timezone: v.nullable(v.string()),
  quiet: v.nullable(v.string()),
  digest: v.nullable(v.string()),
  /** The time zone that counts: the person's, or the server's. */
  zone: v.string(),
  /** When the quiet hours under way end. */
  quiet_until: v.nullable(v.string()),
  /** Messages that are held back. */
  held: v.number(),
  /** When the summary tells of them. */
  summary_at: v.nullable(v.string()),
});
export type SettingsAnswer = v.InferOutput<typeof settingsAnswer>;
