/** The bodies and queries of the endpoints of alerts; `docs/openapi.yaml` explains them. */
import type * as v from 'valibot';
import { ALERT_STATES } from '../../../core/alerts/alert.ts';
import * as field from '../fields.ts';
import { MAX_COMMENT } from '../limits.ts';
import { isDuration } from '../send-at.ts';

const { fieldsOf, maybe } = field;

/** What somebody says about an alert. */
const comment = field.string(
  `1 to ${MAX_COMMENT} characters that are not all blank`,
  (text) => text.trim() !== '' && text.length <= MAX_COMMENT,
);

/** Where alerts come from, such as `prometheus`; rules see it. */
const source = field.string('a word such as prometheus, of 1 to 32 letters, digits, _ and -', (text) =>
  /^[a-z][a-z0-9_-]{0,31}$/.test(text),
);

/** The query of `POST /alerts`, except for `to`, which may be repeated. */
export const postAlertsQuery = fieldsOf({ user: maybe(field.user), source: maybe(source) });

/** The query of `GET /alerts`. */
export const alertsQuery = fieldsOf({
  user: maybe(field.user),
  state: maybe(field.oneOf(ALERT_STATES)),
  before: maybe(field.anyText),
});

/** The query of `GET /alerts/{fingerprint}`. */
export const alertQuery = fieldsOf({ user: maybe(field.user), owner: maybe(field.user) });

/** Who changes an alert, and whose it is where several accounts have one with the same labels. */
const named = { user: maybe(field.user), owner: maybe(field.user) };

/** `POST /alerts/{fingerprint}/ack` */
export const ackBody = fieldsOf({ ...named, for: maybe(field.duration), comment: maybe(comment) });

/** `POST /alerts/{fingerprint}/unack`, `POST /alerts/{fingerprint}/resolve` */
export const alertBody = fieldsOf(named);

/** How long a silence lasts. */
const silenceFor = field.string(
  'a duration such as 30m, 6h or 1d, at most 10y, or 0 to end a silence',
  (text) => text === '0' || isDuration(text),
);

/** `POST /alerts/{fingerprint}/silence` */
export const silenceBody = fieldsOf({ ...named, for: silenceFor });

/** `POST /alerts/{fingerprint}/comment` */
export const commentBody = fieldsOf({ ...named, text: comment });

export type AlertBody = v.InferInput<typeof alertBody>;
export type AckBody = v.InferInput<typeof ackBody>;
export type SilenceBody = v.InferInput<typeof silenceBody>;
export type CommentBody = v.InferInput<typeof commentBody>;
