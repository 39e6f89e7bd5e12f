/**
 * The file of a waiting or failed delivery: one JSON object.
 *
 * Version 1 holds a message for the chat of the user's own link: its `chat_id`. Version 2 holds one for any other
 * destination as well: its name in `destination`, and `thread_id` for a topic; and one for a later time, `send_at`. Version 1
 * is written wherever it says everything, so that the release before version 2 still reads what waits after a rollback; it
 * must not read the others, which it would send to the wrong place. `replace`, `origin`, `most_tries` and `held_since` may stand in both:
 * that release sends the message again, and at once.
 */
import * as v from 'valibot';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import type { Passes } from '../../../core/notification.ts';
import { Problem } from '../../../core/problem.ts';
import {
  destinationFields,
  destinationIn,
  fanOutFields,
  fanOutIn,
  present,
  type SummaryFields,
  summaryFields,
  summaryIn,
} from '../message-fields.ts';

/** The name of the file beside the delivery's own that holds its attachment at a place. */
export const attachmentName = (delivery: string, place: number): string => `${delivery}.${place}`;

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const whole = v.pipe(v.number(), v.safeInteger());
const DELIVERY_ID = v.pipe(v.string(), v.regex(/^[0-9a-z]{11}-[0-9a-f]{8}$/));
const SHAPE = v.looseObject({
  version: v.picklist([1, 2]),
  delivery: DELIVERY_ID,
  id: v.string(),
  digest: v.optional(v.string()),
  user: v.string(),
  uid: v.optional(v.number()),
  chat_id: whole,
  destination: v.optional(v.string()),
  thread_id: v.optional(whole),
  fan_out: v.optional(v.tuple([DELIVERY_ID, count, count])),
  accepted_at: v.pipe(v.string(), v.isoTimestamp()),
  send_at: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  replace: v.optional(v.boolean()),
  origin: v.optional(v.object({ feature: v.picklist(['alerts', 'questions', 'people']), ref: v.string() })),
  passes: v.optional(v.object({ mute: v.optional(v.literal(true)), quiet: v.optional(v.literal(true)) })),
  most_tries: v.optional(count),
  held_since: v.optional(v.pipe(v.string(), v.isoTimestamp())),
  summary: v.looseObject({ text: v.string() }),
  steps: v.pipe(
    v.array(v.looseObject({ part: v.looseObject({}), cost: v.pipe(v.number(), v.integer(), v.minValue(1)) })),
    v.minLength(1),
  ),
  files: v.array(v.looseObject({ file: v.string(), name: v.string(), size: count })),
  done: count,
  message_ids: v.array(v.number()),
  file_ids: v.optional(v.array(v.nullable(v.string()))),
  attempts: count,
  unconfirmed: v.optional(count),
  refused: v.optional(v.array(v.looseObject({ step: count, reason: v.string(), noted: v.optional(v.boolean()) }))),
  tried_at: v.optional(v.string()),
  tried_ms: v.optional(count),
  last_error: v.optional(v.string()),
  failed_at: v.optional(v.string()),
  unknown: v.optional(v.boolean()),
  retry_of: v.optional(v.string()),
});

type DeliveryFields = v.InferOutput<typeof SHAPE>;

/** A delivery as its file holds it. */
export function formatDelivery(d: Delivery<unknown>): string {
  const place = destinationFields(d.user, d.destination);
  return JSON.stringify({
    version: place.destination === undefined && place.thread_id === undefined && d.sendAt === undefined ? 1 : 2,
    delivery: d.delivery,
    id: d.id,
    digest: d.digest,
    user: d.user,
    uid: d.uid,
    ...place,
    fan_out: fanOutFields(d.fanOut),
    accepted_at: d.acceptedAt,
    send_at: d.sendAt,
    replace: d.replace,
    origin: d.origin,
    passes: d.passes,
    most_tries: d.mostTries,
    held_since: d.heldSince,
    summary: summaryFields(d.summary),
    steps: d.steps,
    files: d.files.map(({ name, size }, i) => ({ file: attachmentName(d.delivery, i), name, size })),
    done: d.done,
    message_ids: d.messageIds,
    file_ids: d.fileIds,
    attempts: d.attempts,
    unconfirmed: d.unconfirmed,
    refused: d.refused?.map(({ step, reason, isNoted }) => ({ step, reason, noted: isNoted })),
    tried_at: d.triedAt,
    tried_ms: d.triedMs,
    last_error: d.lastError,
    failed_at: d.failedAt,
    unknown: d.isUnknown,
    retry_of: d.retryOf,
  });
}

type Optional = Pick<
  Delivery<unknown>,
  | 'digest'
  | 'fanOut'
  | 'sendAt'
  | 'replace'
  | 'origin'
  | 'passes'
  | 'mostTries'
  | 'heldSince'
  | 'fileIds'
  | 'unconfirmed'
  | 'refused'
  | 'triedAt'
  | 'triedMs'
  | 'lastError'
  | 'failedAt'
  | 'isUnknown'
  | 'retryOf'
>;

function deliveryIn<P>(found: DeliveryFields): Delivery<P> {
  return {
    delivery: found.delivery,
    id: found.id,
    user: found.user,
    uid: found.uid,
    destination: destinationIn(found.user, found.version === 1 ? { chat_id: found.chat_id } : found),
    acceptedAt: found.accepted_at,
    summary: summaryIn(found.summary as SummaryFields),
    steps: found.steps as unknown as Delivery<P>['steps'],
    files: found.files.map(({ name, size }) => ({ name, size })),
    done: found.done,
    messageIds: found.message_ids,
    attempts: found.attempts,
    ...present<Optional>({
      digest: found.digest,
      sendAt: found.send_at,
      replace: found.replace,
      origin: found.origin,
      passes: found.passes && present<Passes>({ mute: found.passes.mute, quiet: found.passes.quiet }),
      mostTries: found.most_tries,
      heldSince: found.held_since,
      fanOut: fanOutIn(found.fan_out),
      fileIds: found.file_ids,
      unconfirmed: found.unconfirmed,
      refused: found.refused?.map(({ step, reason, noted }) => ({ step, reason, ...(noted && { isNoted: true }) })),
      triedAt: found.tried_at,
      triedMs: found.tried_ms,
      lastError: found.last_error,
      failedAt: found.failed_at,
      isUnknown: found.unknown,
      retryOf: found.retry_of,
    }),
  };
}

/** Why an object is no delivery, as a clause that names the field; `undefined` when it is one. */
function faultOf(found: v.SafeParseResult<typeof SHAPE>): string | undefined {
  if (!found.success) return v.getDotPath(found.issues[0]) ?? 'the whole';
  const { delivery, done, steps, files, refused } = found.output;
  // All steps of a failed delivery may be done when some of them were refused.
  if (done > steps.length || (done === steps.length && refused === undefined)) return 'done';
  return files.every(({ file }, i) => file === attachmentName(delivery, i)) ? undefined : 'files';
}

/**
 * Reads a delivery file of version 1 or 2.
 *
 * @throws Problem `bad_delivery` naming the field
 */
export function parseDelivery<P>(text: string): Delivery<P> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new Problem('bad_delivery', 'it is not JSON', { cause: error });
  }
  const found = v.safeParse(SHAPE, value);
  const field = faultOf(found);
  if (field === undefined && found.success) return deliveryIn<P>(found.output);
  throw new Problem('bad_delivery', `its field ${field} is not what a delivery holds`);
}
