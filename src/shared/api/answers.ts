/**
 * What the socket API answers, as valibot schemas: the bot builds its answers by these types, and its clients check what
 * they read. Unknown fields are kept. `docs/openapi.yaml` explains the fields.
 */
import * as v from 'valibot';
import { MESSAGE_STATUSES } from '../../core/receipt.ts';
import { RUN_OUTCOMES } from './actor/protocol.ts';
import { buttonAnswer } from './buttons/button-answer.ts';

const text = v.string();
const count = v.number();
const maybe = <const T extends v.GenericSchema>(schema: T) => v.exactOptional(schema);
const ok = { ok: v.literal(true) };
const chat = v.object({ type: text, name: text, thread_id: maybe(count) });
/** A chat, and its topic in a forum. */
export type ChatAnswer = v.InferOutput<typeof chat>;

const deliveryReceipt = v.object({
  to: text,
  status: v.picklist(MESSAGE_STATUSES),
  message_ids: maybe(v.array(count)),
  error: maybe(text),
  /** Of a failed one. */
  code: maybe(v.literal('refused')),
});
export type DeliveryReceiptAnswer = v.InferOutput<typeof deliveryReceipt>;

/** Of everything that sends a notification. A refusal for good is an error answer. */
export const receiptAnswer = v.object({
  ...ok,
  id: text,
  status: v.picklist([
    'queued',
    'sent',
    'partial',
    'muted',
    'unknown',
    'cancelled',
    'deleted',
    'replaced',
    'summarized',
  ]),
  /** Unless it is queued or unknown, or goes to several destinations. */
  message_ids: maybe(v.array(count)),
  /** When it is sent, where the sender asked for later. */
  at: maybe(text),
  /** The person's quiet hours or digest hold it back. */
  held: maybe(v.boolean()),
  /** Why its delivery is unknown. */
  error: maybe(text),
  /** One for each destination, where there are several. */
  deliveries: maybe(v.array(deliveryReceipt)),
});
export type ReceiptAnswer = v.InferOutput<typeof receiptAnswer>;

/** `DELETE /messages/{id}` */
export const withdrawnAnswer = v.object({
  ...ok,
  id: text,
  /** `partial` where some of it stays. */
  status: v.picklist(['cancelled', 'deleted', 'partial']),
  deliveries: maybe(v.array(deliveryReceipt)),
});
export type WithdrawnAnswer = v.InferOutput<typeof withdrawnAnswer>;

/** `POST /link` with a code */
export const linkedAnswer = v.object({
  ...ok,
  linked_at: text,
  /** The new chat and the one that got the messages before, when that is another. */
  chat: maybe(chat),
  previous: maybe(chat),
});
export type LinkedAnswer = v.InferOutput<typeof linkedAnswer>;

/** `POST /link` without a code */
export const deepLinkAnswer = v.object({ ...ok, url: text, expires_at: text });
export type DeepLinkAnswer = v.InferOutput<typeof deepLinkAnswer>;

/** `POST /unlink` */
export const unlinkedAnswer = v.object({ ...ok, unlinked: v.boolean() });
export type UnlinkedAnswer = v.InferOutput<typeof unlinkedAnswer>;

/** `POST /destinations` */
export const destinationCodeAnswer = v.object({ ...ok, name: text, code: text, url: text, expires_at: text });
export type DestinationCodeAnswer = v.InferOutput<typeof destinationCodeAnswer>;

const destination = v.object({
  name: text,
  title: text,
  /** `group`, `supergroup` or `channel`. */
  type: text,
  /** The public name in Telegram, without `@`. */
  username: v.nullable(text),
  /** Whether it is a topic. */
  thread: v.boolean(),
  owner: text,
  senders: v.array(text),
  linked_at: v.nullable(text),
  yours: v.boolean(),
  may_send: v.boolean(),
  unreachable: maybe(v.object({ since: text, reason: text })),
  /** For its owner and trusted users. */
  chat_id: maybe(count),
  thread_id: maybe(count),
});
export type DestinationAnswer = v.InferOutput<typeof destination>;

/** `GET /destinations` */
export const destinationsAnswer = v.object({ ...ok, destinations: v.array(destination) });
export type DestinationsAnswer = v.InferOutput<typeof destinationsAnswer>;

/** `POST /destinations/{name}/senders` */
export const sendersAnswer = v.object({ ...ok, name: text, senders: v.array(text) });
export type SendersAnswer = v.InferOutput<typeof sendersAnswer>;

/** `GET /status` */
export const statusAnswer = v.object({
  ...ok,
  user: text,
  linked: v.boolean(),
  linked_at: maybe(text),
  chat: maybe(chat),
  queued: count,
  unreachable: maybe(text),
  bot: maybe(v.object({ username: text, name: text })),
  muted_until: v.nullable(text),
});
export type StatusAnswer = v.InferOutput<typeof statusAnswer>;

/** A message in `GET /messages`, and the data of an event `message` in `GET /events`. */
export const messageAnswer = v.object({
  id: text,
  /** The name of its destination; a service of version 0.2 or earlier leaves it out. */
  to: maybe(text),
  status: v.picklist(MESSAGE_STATUSES),
  accepted_at: text,
  /** When it is sent, while it waits for that. */
  at: maybe(text),
  /** Since when quiet hours or a digest hold it back. */
  held_since: maybe(text),
  finished_at: maybe(text),
  title: maybe(text),
  text,
  parse_mode: maybe(text),
  source: maybe(text),
  severity: maybe(text),
  key: maybe(text),
  labels: maybe(v.record(text, v.union([text, count, v.boolean()]))),
  buttons: maybe(v.array(v.array(buttonAnswer))),
  message_ids: v.array(count),
  error: maybe(text),
  delivery_ms: maybe(count),
  pictures: maybe(count),
  files: maybe(v.array(v.object({ name: text, size: count }))),
  attempts: maybe(count),
  user: maybe(text),
});
export type MessageAnswer = v.InferOutput<typeof messageAnswer>;

/** `GET /messages` */
export const messagesAnswer = v.object({ ...ok, messages: v.array(messageAnswer), next: v.nullable(text) });
export type MessagesAnswer = v.InferOutput<typeof messagesAnswer>;

const dayCount = v.object({
  day: text,
  source: v.nullable(text),
  sent: count,
  muted: count,
  failed: count,
  delivery_ms: v.nullable(v.object({ p50: count, p95: count })),
});
export type DayCount = v.InferOutput<typeof dayCount>;

/** `GET /counts` */
export const countsAnswer = v.object({ ...ok, days: v.array(dayCount) });
export type CountsAnswer = v.InferOutput<typeof countsAnswer>;

const script = v.object({
  name: text,
  stem: text,
  schedule: v.nullable(text),
  tz: maybe(text),
  last_run: v.nullable(text),
  last_result: v.nullable(text),
  cooldown_left: v.nullable(text),
  cooldown_until: v.nullable(text),
  error: maybe(text),
  muted_until: v.nullable(text),
  running: v.boolean(),
});
export type ScriptAnswer = v.InferOutput<typeof script>;

/** `GET /scripts` */
export const scriptsAnswer = v.object({ ...ok, user: text, scripts: v.array(script) });
export type ScriptsAnswer = v.InferOutput<typeof scriptsAnswer>;

/** `POST /scripts/run` */
export const runStatusAnswer = v.object({
  ...ok,
  status: v.picklist(['done', 'running']),
  result: maybe(v.object({ name: text, result: v.picklist(RUN_OUTCOMES), detail: maybe(text), seconds: count })),
});
export type RunStatusAnswer = v.InferOutput<typeof runStatusAnswer>;

/** `GET /scripts/log` */
export const logAnswer = v.object({ ...ok, lines: v.array(text) });
export type LogAnswer = v.InferOutput<typeof logAnswer>;

/** `POST /mute` */
export const muteAnswer = v.object({ ...ok, muted_until: text });
export type MuteAnswer = v.InferOutput<typeof muteAnswer>;

/** `POST /unmute`, `POST /retry`, `DELETE /destinations/{name}` */
export const doneAnswer = v.object(ok);
export type DoneAnswer = v.InferOutput<typeof doneAnswer>;

const linkedUser = v.object({
  user: text,
  chat_id: count,
  thread_id: maybe(count),
  linked_at: v.nullable(text),
  uid: maybe(count),
  chat,
  unreachable: maybe(v.object({ since: text, reason: text })),
});
export type LinkedUser = v.InferOutput<typeof linkedUser>;

/** `GET /users` */
export const usersAnswer = v.object({ ...ok, users: v.array(linkedUser) });
export type UsersAnswer = v.InferOutput<typeof usersAnswer>;

const listedDelivery = v.object({
  delivery: text,
  id: text,
  user: text,
  to: maybe(text),
  chat_id: count,
  accepted_at: text,
  failed_at: maybe(text),
  attempts: count,
  title: maybe(text),
  text,
  error: maybe(text),
});
export type ListedDelivery = v.InferOutput<typeof listedDelivery>;

/** `GET /queue` */
export const queueAnswer = v.object({ ...ok, queue: v.array(listedDelivery), total: count });
export type QueueAnswer = v.InferOutput<typeof queueAnswer>;

/** `GET /failed` */
export const failedAnswer = v.object({ ...ok, failed: v.array(listedDelivery), total: count });
export type FailedAnswer = v.InferOutput<typeof failedAnswer>;

/** `GET /health`, with status 200 or 503 */
export const healthAnswer = v.object({
  status: v.picklist(['ok', 'degraded']),
  reasons: maybe(v.array(text)),
  /** The reasons with what they concern; a service of version 0.1 leaves it out. */
  problems: maybe(v.array(v.object({ area: text, reason: text }))),
});
export type HealthAnswer = v.InferOutput<typeof healthAnswer>;
