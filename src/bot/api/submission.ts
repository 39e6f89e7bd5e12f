import type * as v from 'valibot';
import type { Media, Notification } from '../../core/notification.ts';
import { Problem } from '../../core/problem.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { uploadBody } from './bodies/upload.ts';
import type { Upload } from './body/multipart.ts';
import { accountFor } from './callers/callers.ts';
import type { EndpointContext } from './endpoint.ts';
import { digestOf } from './files/digest.ts';
import type { Answer } from './http/answer.ts';
import { DEFAULT_WAIT_MS, MAX_TEXT } from './limits.ts';

/** What files are sent as. */
export type Kind = Media['as'];
/** What a sender says about a notification, whatever carries it. */
export type MessageFields = v.InferOutput<typeof uploadBody>;

/** What there is to deliver. */
interface Content {
  readonly text: string;
  readonly as: Kind;
  readonly files: readonly Upload[];
}

/** A caption may also be called `text`, as everywhere else. */
export function captionOf(said: MessageFields): string {
  const { caption, text } = said;
  if (caption !== undefined && text !== undefined && caption !== text) {
    throw new Problem('bad_field', 'caption: differs from text; give one of the two.');
  }
  return checkLength(caption === undefined ? 'text' : 'caption', caption ?? text ?? '');
}

/** @throws Problem `too_large` */
export function checkLength(field: string, text: string): string {
  if (text.length <= MAX_TEXT) return text;
  throw new Problem('too_large', `${field}: expected at most ${MAX_TEXT} characters, found ${text.length}.`);
}

function notificationOf(user: string, said: MessageFields, content: Content): Notification {
  const { title, parse_mode: parseMode = 'Markdown', severity, silent, buttons, source, data } = said;
  return {
    user,
    text: content.text,
    parseMode,
    media: content.files.map(({ path, name, size }) => ({ path, name, size, as: content.as })),
    ...(title !== undefined && title.trim() !== '' && { title }),
    ...(severity !== undefined && { severity }),
    ...(silent !== undefined && { silent }),
    ...(buttons !== undefined && buttons.length > 0 && { buttons }),
    ...(source !== undefined && source !== '' && { source }),
    ...(data !== undefined && { data }),
  };
}

/** What became of a notification, as an answer. */
export function answerReceipt({ id, status, messageIds, error }: Receipt): Answer {
  if (status === 'failed') {
    return { status: 422, body: { error: error ?? 'Telegram refused this message for good.', code: 'refused', id } };
  }
  if (status === 'queued') return { status: 202, body: { ok: true, id, status } };
  return { status: 200, body: { ok: true, id, status, message_ids: messageIds } };
}

/** Hands a notification on, and says what became of it. */
export async function submit(
  { caller, accounts, services }: EndpointContext,
  said: MessageFields,
  content: Content,
): Promise<Answer> {
  const { user, uid } = await accountFor(caller, said.user, accounts);
  const notification = notificationOf(user, said, content);
  const receipt = await services.submit({
    notification,
    digest: digestOf(
      notification,
      content.files.map(({ sha256 }) => sha256),
    ),
    wait: said.wait ?? DEFAULT_WAIT_MS,
    ...(said.id !== undefined && { id: said.id }),
    ...(uid !== undefined && { uid }),
  });
  return answerReceipt(receipt);
}
