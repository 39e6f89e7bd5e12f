import type { Account } from '../../../../core/account.ts';
import type { Notification } from '../../../../core/notification.ts';
import { Problem } from '../../../../core/problem.ts';
import type { Receipt } from '../../../../core/receipt.ts';
import type { ReceiptAnswer } from '../../../../shared/api/answers.ts';
import { DEFAULT_WAIT_MS, MAX_TEXT } from '../../../../shared/api/limits.ts';
import type { UploadBody } from '../../../../shared/api/requests.ts';
import type { EndpointContext, SocketCode } from '../../endpoint.ts';
import type { Answer } from '../../http/answer.ts';
import { digestOf } from './digest.ts';
import type { StagedMedia } from './media.ts';

/** Errors of every endpoint that sends a notification; `id_conflict` besides, where the body may hold an id. */
export const SENDING_CODES: readonly SocketCode[] = [
  'not_linked',
  'refused',
  'links_unreadable',
  'outbox_full',
  'history_full',
  'storage',
];

/** @throws Problem `too_large` */
export function requireLength(field: string, text: string): string {
  if (text.length <= MAX_TEXT) return text;
  throw new Problem('too_large', `${field}: expected at most ${MAX_TEXT} characters, found ${text.length}.`);
}

function notificationOf(
  account: Account,
  fields: UploadBody,
  text: string,
  media: readonly StagedMedia[],
): Notification {
  const { title, parse_mode: parseMode = 'Markdown', severity, silent, buttons, source, data } = fields;
  const { link_preview: linkPreview } = fields;
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
    ...(data !== undefined && { data }),
  };
}

/** The answer to a sender. */
export function receiptAnswerOf({ id, status, messageIds, error }: Receipt): Answer {
  if (status === 'failed') {
    return { status: 422, body: { error: error ?? 'Telegram refused this message for good.', code: 'refused', id } };
  }
  if (status === 'queued') return { status: 202, body: { ok: true, id, status } satisfies ReceiptAnswer };
  if (status === 'unknown') {
    const body = { ok: true, id, status, ...(error === undefined ? {} : { error }) } satisfies ReceiptAnswer;
    return { status: 202, body };
  }
  return { status: 200, body: { ok: true, id, status, message_ids: [...messageIds] } satisfies ReceiptAnswer };
}

/**
 * The common end of every way to send: makes the notification, hands it to the intake, and answers with its receipt.
 *
 * @param account who the notification is for
 * @param fields the checked body; its text or caption is `text`
 * @param onStored called when the staging folder holds none of `media` any more
 */
export async function submitMessage(
  { services, allowance }: EndpointContext,
  account: Account,
  fields: UploadBody,
  text: string,
  media: readonly StagedMedia[],
  onStored: () => void = () => {},
): Promise<Answer> {
  const { id, wait = DEFAULT_WAIT_MS } = fields;
  const notification = notificationOf(account, fields, text, media);
  const contents = media.map(({ sha256 }) => sha256);
  const digest = await allowance.work(() => digestOf(notification, contents));
  const submission = { notification, digest, wait, ...(id !== undefined && { id }) };
  const receipt = await services.submit(submission, { onStored, work: allowance.work });
  return receiptAnswerOf(receipt);
}
