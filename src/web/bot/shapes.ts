/** What the bot answers, as far as the dashboard reads it; `docs/openapi.yaml` tells the whole. */
import * as v from 'valibot';

const text = v.string();
const count = v.number();
const maybe = <T extends v.GenericSchema>(schema: T) => v.optional(schema);

export const standing = v.object({
  linked: v.boolean(),
  linked_at: maybe(text),
  chat: maybe(v.object({ type: text, name: text })),
  queued: count,
  unreachable: maybe(text),
  bot: maybe(v.object({ username: text, name: text })),
  muted_until: v.nullish(text),
});
export type Standing = v.InferOutput<typeof standing>;

export const message = v.object({
  id: text,
  user: maybe(text),
  status: text,
  time: maybe(text),
  accepted_at: maybe(text),
  finished_at: maybe(text),
  title: maybe(text),
  text: v.optional(text, ''),
  source: v.nullish(text),
  severity: v.nullish(text),
  error: v.nullish(text),
  delivery_ms: v.nullish(count),
  pictures: v.optional(count, 0),
  attempts: maybe(count),
});
export type Message = v.InferOutput<typeof message>;

export const messages = v.object({ messages: v.array(message), next: v.nullish(text) });
export type Messages = v.InferOutput<typeof messages>;

export const deepLink = v.object({ url: text, expires_at: text });
export type DeepLink = v.InferOutput<typeof deepLink>;

export const linked = v.object({ linked_at: text });
export const unlinked = v.object({ unlinked: v.optional(v.boolean(), true) });
