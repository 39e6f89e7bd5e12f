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
export type AccountStatusView = v.InferOutput<typeof standing>;

export const message = v.object({
  id: text,
  user: maybe(text),
  status: text,
  accepted_at: maybe(text),
  finished_at: maybe(text),
  title: maybe(text),
  text: v.optional(text, ''),
  parse_mode: maybe(text),
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

export const script = v.object({
  name: text,
  stem: text,
  schedule: v.nullable(text),
  last_run: v.nullable(text),
  last_result: v.nullable(text),
  cooldown_left: v.nullable(text),
  cooldown_until: v.nullish(text),
  error: maybe(text),
  muted_until: v.nullish(text),
  running: v.optional(v.boolean(), false),
});
export type ScriptView = v.InferOutput<typeof script>;
export const scripts = v.object({ scripts: v.array(script) });

const runResult = v.object({ name: text, result: text, detail: maybe(text), seconds: count });
export const run = v.object({ status: v.picklist(['done', 'running']), result: maybe(runResult) });
export type Run = v.InferOutput<typeof run>;

export const log = v.object({ lines: v.array(text) });

export const dayCount = v.object({
  day: text,
  source: v.nullable(text),
  sent: count,
  muted: count,
  failed: count,
  delivery_ms: v.nullable(v.object({ p50: count, p95: count })),
});
export type DayCount = v.InferOutput<typeof dayCount>;
export const counts = v.object({ days: v.array(dayCount) });

export const linkedUser = v.object({
  user: text,
  chat: v.object({ type: text, name: text }),
  linked_at: v.nullable(text),
  unreachable: maybe(v.object({ since: text, reason: text })),
});
export type LinkedUser = v.InferOutput<typeof linkedUser>;
export const users = v.object({ users: v.array(linkedUser) });

export const waiting = v.object({
  delivery: text,
  user: text,
  accepted_at: text,
  failed_at: maybe(text),
  attempts: count,
  title: maybe(text),
  text,
  error: maybe(text),
});
export type WaitingView = v.InferOutput<typeof waiting>;
export const queue = v.object({ queue: v.array(waiting), total: count });
export const failed = v.object({ failed: v.array(waiting), total: count });

export const linked = v.object({ linked_at: text });
export const unlinked = v.object({ unlinked: v.optional(v.boolean(), true) });
