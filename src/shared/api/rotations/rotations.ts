/** What the socket API takes and answers about rotations. `docs/openapi.yaml` explains the fields. */
import * as v from 'valibot';
import { fieldsOf, maybe, string, user } from '../fields.ts';
import { A_MOMENT, isSendAt } from '../send-at.ts';

const moment = string(A_MOMENT, isSendAt);

/** `POST /rotations/{name}/override` */
export const overrideBody = fieldsOf({ person: user, until: moment, from: maybe(moment) });
export type OverrideBody = v.InferInput<typeof overrideBody>;

/** Times are RFC 3339. */
const rotation = v.object({
  name: v.string(),
  people: v.array(v.object({ user: v.string(), linked: v.boolean() })),
  handover: v.string(),
  timezone: v.string(),
  on_call: v.object({ user: v.string(), linked: v.boolean() }),
  since: v.string(),
  /** `null` where nobody follows. */
  until: v.nullable(v.string()),
  next: v.array(v.object({ at: v.string(), user: v.string() })),
  overrides: v.array(v.object({ person: v.string(), from: v.string(), until: v.string(), by: v.string() })),
});
export type RotationFields = v.InferOutput<typeof rotation>;

/** `GET /rotations` */
export const rotationsAnswer = v.object({ ok: v.literal(true), rotations: v.array(rotation) });
export type RotationsAnswer = v.InferOutput<typeof rotationsAnswer>;

/** `POST /rotations/{name}/override`, `DELETE /rotations/{name}/override` */
export const rotationAnswer = v.object({ ok: v.literal(true), rotation });
export type RotationAnswer = v.InferOutput<typeof rotationAnswer>;
