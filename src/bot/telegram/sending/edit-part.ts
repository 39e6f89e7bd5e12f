/**
 * Sends a part as the edit of an earlier message of the bot's, which it may edit for ever. Edits arrive without a sound.
 * https://core.telegram.org/bots/api#updating-messages
 */
import type { Api } from 'grammy';
import type { InputMedia } from 'grammy/types';
import type { EditableForm, EditableMessage } from '../../../core/delivery/keyed-message.ts';
import { callWithin } from '../call.ts';
import { MissingFileError } from '../classify.ts';
import type { Part } from '../part.ts';
import { keyboard } from './call-part.ts';
import { captionFields, textFields } from './part-text.ts';
import { isUnchanged } from './refusal.ts';
import { type Sent, sentIn } from './sent.ts';
import { limited, type Target, withUploads } from './uploads.ts';

/** A digest of a delivery's file, by its place. @see createDigests */
type DigestOf = (place: number) => Promise<string | undefined>;

type EditablePart = Extract<Part, { kind: 'text' } | { media: number }>;

/** A part that is sent as the edit of a message. */
interface Edit {
  readonly part: EditablePart;
  readonly message: EditableMessage;
}

/** Whether a part can be shown by an edit of a message: one keeps its kind, since Telegram makes no text out of a file. */
export const isEditOf = (part: Part, { form }: EditableMessage): part is EditablePart =>
  part.kind === form.kind && part.kind !== 'album' && part.kind !== 'text-file';

/** How a message that a part became can be edited later; `undefined` for an album, and for a text sent as a file. */
export async function formOf(part: Part, digestOf: DigestOf): Promise<EditableForm | undefined> {
  if (part.kind === 'text') return { kind: part.kind };
  if (part.kind === 'album' || part.kind === 'text-file') return undefined;
  const file = await digestOf(part.media);
  return { kind: part.kind, ...(file !== undefined && { file }) };
}

function mediaOf(part: Exclude<EditablePart, { kind: 'text' }>, media: InputMedia['media']): InputMedia {
  const words = captionFields(part.caption);
  const asked = part.kind === 'document' ? { disable_content_type_detection: true } : {};
  return { type: part.kind, media, ...words, ...asked, ...(part.kind === 'video' && { supports_streaming: true }) };
}

async function call(api: Api, { part, message }: Edit, target: Target, digestOf: DigestOf): Promise<unknown> {
  const { chatId } = target.destination;
  const { messageId, form } = message;
  const within = <T>(work: Parameters<typeof callWithin<T>>[2]) => callWithin(target.signal, target.callMs, work);
  if (part.kind === 'text') {
    const { text, ...format } = textFields(part.body);
    const preview = part.linkPreview === true ? { link_preview_options: { is_disabled: false } } : {};
    const options = { ...format, ...preview, ...keyboard(part.buttons) };
    return within((signal) => api.editMessageText(chatId, messageId, text, options, signal));
  }
  const file = form.file === undefined ? undefined : await digestOf(part.media);
  if (file !== undefined && file === form.file) {
    const options = { ...captionFields(part.caption), ...keyboard(part.buttons) };
    return within((signal) => api.editMessageCaption(chatId, messageId, options, signal));
  }
  return withUploads(target, [part.media], ([upload]) => {
    if (upload === undefined) throw new MissingFileError();
    const media = mediaOf(part, upload.file);
    const options = keyboard(part.buttons);
    return limited(target, upload.size, (signal) => api.editMessageMedia(chatId, messageId, media, options, signal));
  });
}

/**
 * Makes the call that edits a message: only its words where it has the part's file already.
 *
 * @returns the message, also where it showed the part already @throws what the call throws, MissingFileError, DamagedFileError
 */
export async function editPart(api: Api, edit: Edit, target: Target, digestOf: DigestOf): Promise<readonly Sent[]> {
  const { messageId } = edit.message;
  try {
    const { fileId } = sentIn(await call(api, edit, target, digestOf));
    return [{ messageId, fileId }];
  } catch (error) {
    if (isUnchanged(error)) return [{ messageId, fileId: undefined }];
    throw error;
  }
}
