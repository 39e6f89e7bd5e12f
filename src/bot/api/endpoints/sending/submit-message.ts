import type { Account } from '../../../../core/account.ts';
import type { Route } from '../../../../core/destination.ts';
import type { Notification } from '../../../../core/notification.ts';
import { Problem } from '../../../../core/problem.ts';
import type { DeliveryReceipt, Receipt } from '../../../../core/receipt.ts';
import type { DeliveryReceiptAnswer, ReceiptAnswer } from '../../../../shared/api/answers.ts';
import { DEFAULT_WAIT_MS, MAX_TEXT } from '../../../../shared/api/limits.ts';
import type { UploadBody } from '../../../../shared/api/requests.ts';
import { momentOf } from '../../../../shared/api/send-at.ts';
import type { EndpointContext, SocketCode } from '../../endpoint.ts';
import type { Answer } from '../../http/answer.ts';
import { digestOf } from './digest.ts';
import type { StagedMedia } from './media.ts';

/** Errors of every endpoint that sends a notification; `id_conflict` besides, where the body may hold an id. */
export const SENDING_CODES: readonly SocketCode[] = [
  'not_linked',
  'refused',
  'links_unreadable',
  'destinations_unreadable',
  'outbox_full',
  'too_many_scheduled',
  'history_full',
  'storage',
];

/** Further errors of an endpoint whose body may name destinations. */
export const ROUTING_CODES: readonly SocketCode[] = ['not_a_sender', 'unknown_destination'];

/** The destinations that a body names, as a list. */
const namedIn = ({ to }: UploadBody): readonly string[] | undefined => (to === undefined ? undefined : [to].flat());

/** Where a body says that a notification goes. @throws Problem as `RoutingServices.route` */
export function routesOf(
  { services, caller }: EndpointContext,
  account: Account,
  fields: UploadBody,
): Promise<readonly Route[]> {
  return services.route({ account, trusted: caller.trusted }, namedIn(fields));
}

/** @throws Problem `too_large` */
export function requireLength(field: string, text: string): string {
  if (text.length <= MAX_TEXT) return text;
  throw new Problem('too_large', `${field}: expected at most ${MAX_TEXT} characters, found ${text.length}.`);
}

/** @throws Problem `bad_field` */
function requireKey({ key, replace }: UploadBody): void {
  if (replace !== true || key !== undefined) return;
  throw new Problem('bad_field', 'replace: expected a key beside it, which names the message to replace.');
}

/** @throws Problem `bad_field` */
function notificationOf(
  account: Account,
  fields: UploadBody,
  text: string,
  media: readonly StagedMedia[],
): Notification {
  const { title, parse_mode: parseMode = 'Markdown', severity, silent, buttons, source, data } = fields;
  const { link_preview: linkPreview, at, labels, key, replace } = fields;
  requireKey(fields);
  return {
    account,
    text,
    parseMode,
    media: media.map(({ blob, name, size, as }) => ({ blob, name, size, as })),
    ...(title !== undefined && title.trim() !== '' && { title }),
    ...(severity !== undefined && { severity }),
    ...(silent !== undefined && { silent }),
    ...(linkPreview !== undefined && { linkPreview }),
    ...(buttons !== undefined && buttons.length > 0 && { buttons }),
    ...(source !== undefined && source !== '' && { source }),
    ...(key !== undefined && { key }),
    ...(replace === true && { replace }),
    ...(data !== undefined && { data }),
    ...(at !== undefined && { sendAt: momentOf(at, Date.now()) }),
    ...(labels !== undefined && { labels }),
  };
}

const REFUSED = 'Telegram refused this message for good.';

function deliveryAnswer({ to, status, messageIds, error }: DeliveryReceipt): DeliveryReceiptAnswer {
  const ids =
    status === 'queued' || status === 'unknown' || status === 'failed' ? {} : { message_ids: [...messageIds] };
  if (status === 'failed') return { to, status, error: error ?? REFUSED, code: 'refused' };
  return { to, status, ...ids, ...(error !== undefined && { error }) };
}

/** The answer where a notification goes to several destinations. */
function answerOfSeveral({ id, status, sendAt: at }: Receipt, deliveries: readonly DeliveryReceipt[]): Answer {
  const all = deliveries.map(deliveryAnswer);
  if (status === 'failed') {
    const first = deliveries.find(({ error }) => error !== undefined);
    const error = `All ${all.length} destinations refused it; ${first?.to ?? 'one'}: ${first?.error ?? REFUSED}`;
    return { status: 422, body: { error, code: 'refused', id, deliveries: all } };
  }
  const body = { ok: true, id, status, ...(at !== undefined && { at }), deliveries: all } satisfies ReceiptAnswer;
  return { status: status === 'queued' || status === 'unknown' ? 202 : 200, body };
}

/** The answer to a sender. */
export function receiptAnswerOf(receipt: Receipt): Answer {
  const { id, status, messageIds, error, deliveries, sendAt: at, isHeld } = receipt;
  if (deliveries !== undefined) return answerOfSeveral(receipt, deliveries);
  if (status === 'failed') {
    return { status: 422, body: { error: error ?? REFUSED, code: 'refused', id } };
  }
  if (status === 'queued') {
    const held = isHeld === true && { held: true };
    const body = { ok: true, id, status, ...(at !== undefined && { at }), ...held } satisfies ReceiptAnswer;
    return { status: 202, body };
  }
  if (status === 'unknown') {
    const body = { ok: true, id, status, ...(error === undefined ? {} : { error }) } satisfies ReceiptAnswer;
    return { status: 202, body };
  }
  return { status: 200, body: { ok: true, id, status, message_ids: [...messageIds] } satisfies ReceiptAnswer };
}

/**
 * The common end of every way to send: makes the notification, hands it to the intake, and answers with its receipt.
 *
 * @param account whose the notification is
 * @param routes where it goes
 * @param fields the checked body; its text or caption is `text`
 * @param onStored called when the staging folder holds none of `media` any more
 */
export async function submitMessage(
  { services, allowance }: EndpointContext,
  { account, routes }: { readonly account: Account; readonly routes: readonly Route[] },
  fields: UploadBody,
  text: string,
  media: readonly StagedMedia[],
  onStored: () => void = () => {},
): Promise<Answer> {
  const { id, wait = DEFAULT_WAIT_MS } = fields;
  const notification = notificationOf(account, fields, text, media);
  const contents = media.map(({ sha256 }) => sha256);
  const digest = await allowance.work(() => digestOf(notification, contents, { to: namedIn(fields), at: fields.at }));
  const submission = { notification, routes, digest, wait, ...(id !== undefined && { id }) };
  const receipt = await services.submit(submission, { onStored, work: allowance.work });
  return receiptAnswerOf(receipt);
}
