/** The calls that send a part: its text or files, its caption, its buttons. */
import { type Api, InputFile } from 'grammy';
import type { InlineKeyboardButton, InlineKeyboardMarkup, InputMediaDocument, InputMediaPhoto } from 'grammy/types';
import { rowsOf } from '../../../core/buttons.ts';
import { topicOf } from '../../../core/destination.ts';
import type { Signal } from '../call.ts';
import { MissingFileError } from '../classify.ts';
import type { Part } from '../part.ts';
import type { PartButton, PartButtons } from '../render/buttons.ts';
import { captionFields, textFields } from './part-text.ts';
import { type Sent, sentIn } from './sent.ts';
import { limited, quoted, type Target, withUploads } from './uploads.ts';

function keyOf({ text, url = '', copy, data, style }: PartButton): InlineKeyboardButton {
  const look = { text, ...(style !== undefined && { style }) };
  if (copy !== undefined) return { ...look, copy_text: { text: copy } };
  return data === undefined ? { ...look, url } : { ...look, callback_data: data };
}

/** What shows the buttons. */
export function keyboard(buttons: PartButtons | undefined): { reply_markup?: InlineKeyboardMarkup } {
  if (buttons === undefined || buttons.length === 0) return {};
  return { reply_markup: { inline_keyboard: rowsOf(buttons).map((row) => row.map(keyOf)) } };
}

type AlbumPart = Extract<Part, { kind: 'album' }>;

/** The chat, and the options that every call shares. */
function addressed({ destination: { chatId, threadId: given } }: Target, silent: boolean | undefined) {
  const threadId = topicOf(given);
  const topic = threadId === undefined ? {} : { message_thread_id: threadId };
  return { chatId, common: { ...topic, ...(silent ? { disable_notification: true } : {}) } };
}

function sendFile(
  api: Api,
  kind: Extract<Part, { media: number }>['kind'],
  chatId: number,
  file: InputFile,
  options: object,
  signal: Signal,
): Promise<unknown> {
  if (kind === 'photo') return api.sendPhoto(chatId, file, options, signal);
  if (kind === 'animation') return api.sendAnimation(chatId, file, options, signal);
  if (kind === 'video') return api.sendVideo(chatId, file, { supports_streaming: true, ...options }, signal);
  return api.sendDocument(chatId, file, { ...options, disable_content_type_detection: true }, signal);
}

/** Makes the part's call. @throws what the call throws, MissingFileError, DamagedFileError @returns the messages that it became */
export async function callPart(api: Api, part: Part, target: Target): Promise<readonly Sent[]> {
  if (part.kind === 'album') return album(api, part, target);
  const { chatId, common } = addressed(target, part.silent);
  const extra = { ...common, ...keyboard(part.buttons) };
  if (part.kind === 'text') {
    const { text, ...format } = textFields(part.body);
    const preview = part.linkPreview === true ? { link_preview_options: { is_disabled: false } } : {};
    const options = { ...format, ...preview, ...extra } as object;
    return one(limited(target, 0, (signal) => api.sendMessage(chatId, text, options, signal)));
  }
  if (part.kind === 'text-file') {
    const bytes = Buffer.from(part.content, 'utf8');
    const file = new InputFile(bytes, quoted(part.name));
    return one(limited(target, bytes.length, (signal) => api.sendDocument(chatId, file, extra, signal)));
  }
  const options = { ...captionFields(part.caption), ...extra };
  return withUploads(target, [part.media], ([upload]) => {
    if (upload === undefined) throw new MissingFileError();
    const { file, size } = upload;
    return one(limited<unknown>(target, size, (signal) => sendFile(api, part.kind, chatId, file, options, signal)));
  });
}

function album(api: Api, part: AlbumPart, target: Target): Promise<readonly Sent[]> {
  const { chatId, common } = addressed(target, part.silent);
  return withUploads(target, part.media, async (uploads) => {
    const bytes = uploads.reduce((sum, { size }) => sum + size, 0);
    const media = uploads.map(({ file }, i) => ({
      type: part.as ?? 'photo',
      media: file,
      ...(i === 0 ? captionFields(part.caption) : {}),
    }));
    const group = media as InputMediaPhoto[] & InputMediaDocument[];
    const sent = await limited(target, bytes, (signal) => api.sendMediaGroup(chatId, group, common, signal));
    return Array.isArray(sent) ? sent.map(sentIn) : [];
  });
}

async function one(sending: Promise<unknown>): Promise<readonly Sent[]> {
  return [sentIn(await sending)];
}
