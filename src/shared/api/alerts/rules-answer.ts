import * as v from 'valibot';

/** `GET /rules` */
export const rulesAnswer = v.object({
  ok: v.literal(true),
  version: v.string(),
  /** What is wrong with the file; the rules from before are in force. */
  problem: v.nullable(v.string()),
  /** The content of the file that is in force. */
  rules: v.record(v.string(), v.unknown()),
});
export type RulesAnswer = v.InferOutput<typeof rulesAnswer>;
