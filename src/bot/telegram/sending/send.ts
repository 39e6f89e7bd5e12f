import type { Readable } from 'node:stream';
import { type Api, InputFile } from 'grammy';
import type {
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  InputMediaDocument,
  InputMediaPhoto,
  Message,
} from 'grammy/types';
import type { Outcome, SentOutcome } from '../../../core/delivery/outcome.ts';
import type { LinkButton } from '../../../core/notification.ts';
import type { SendTarget } from '../../../queue/ports.ts';
import { callWithin, type Signal } from '../call.ts';
import { classify, DamagedFileError, MissingFileError } from '../classify.ts';
import type { Part, PartText } from '../part.ts';
import { CAPTION_UNITS, MESSAGE_UNITS } from '../render/split.ts';
import { readPartText } from './part-text.ts';
import { mergeSent, type Sent, sentAs, sentIn } from './sent.ts';
import { simpler } from './simpler.ts';

type Target = SendTarget & { readonly callMs: number };

/** Milliseconds for a call without a file. */
const CALL_MS = 30_000;
/** The slowest upload that is not ended, in bytes a millisecond (50 kB/s). */
const SLOWEST_UPLOAD = 50;

function textFields(body: PartText): { text: string; entities: NonNullable<Message['entities']> } {
  const { text, entities } = readPartText(body, MESSAGE_UNITS);
  return { text, entities: entities as NonNullable<Message['entities']> };
}

function captionFields(caption: PartText | undefined): object {
  if (caption === undefined) return {};
  const { text, entities } = readPartText(caption, CAPTION_UNITS);
  return { caption: text, caption_entities: entities };
}

function keyboard(buttons: readonly LinkButton[] | undefined): { reply_markup?: InlineKeyboardMarkup } {
  if (buttons === undefined || buttons.length === 0) return {};
  const rows: InlineKeyboardButton[][] = buttons.map(({ text, url }) => [{ text, url }]);
  return { reply_markup: { inline_keyboard: rows } };
}

/** A failed call as an outcome at its destination. */
function failed(error: unknown, { destination }: Target): Outcome {
  const failure = classify(error);
  if (failure.kind !== 'moved') return failure;
  return { kind: 'moved', to: { ...destination, chatId: failure.chatId } };
}

/** Forms inside forms of one part at most: album, documents, one by one, words, without buttons, without entities. */
const MOST_FORMS = 7;

/** What became of a part. */
interface Attempted {
  readonly outcome: Outcome;
  /** Something of the sender's arrived, not only a note on what didn't. */
  readonly arrived: boolean;
  /** How its first form failed. */
  readonly refusal?: Outcome;
}

/** Makes the function that sends one part. @param callMs how long a call without a file may take, ms */
export function createSend(api: Api, callMs = CALL_MS) {
  return async function send(part: Part, to: SendTarget): Promise<Outcome> {
    const { outcome, arrived, refusal } = await attempt(api, part, { ...to, callMs }, MOST_FORMS);
    const isFailure = outcome.kind === 'sent' && !arrived && part.oneOfSeveral !== true;
    return isFailure ? (refusal ?? outcome) : outcome;
  };
}

/** Sends a part, in simpler forms where Telegram refuses it. */
async function attempt(api: Api, part: Part, target: Target, forms: number): Promise<Attempted> {
  try {
    return { outcome: sentAs(part, await call(api, part, target)), arrived: !('isNote' in part) };
  } catch (error) {
    const refusal = failed(error, target);
    const others = forms > 1 ? simpler(part, error, target.files) : [];
    if (others.length === 0) return { outcome: refusal, arrived: false };
    target.charge(others.reduce((sum, other) => sum + (other.kind === 'album' ? other.media.length : 1), 0));
    return { ...(await attemptAll(api, others, target, forms - 1)), refusal };
  }
}

/** Sends the calls that a part became. Once one is sent, a refusal of another doesn't undo it. */
async function attemptAll(api: Api, parts: readonly Part[], target: Target, forms: number): Promise<Attempted> {
  const sent: SentOutcome[] = [];
  let anyArrived = false;
  for (const part of parts) {
    const { outcome, arrived } = await attempt(api, part, target, forms);
    anyArrived ||= arrived;
    if (outcome.kind === 'sent') sent.push(outcome);
    else if (outcome.kind !== 'failed' || sent.length === 0) return { outcome, arrived: anyArrived };
  }
  return { outcome: mergeSent(sent), arrived: anyArrived };
}

type AlbumPart = Extract<Part, { kind: 'album' }>;

/** Makes a call with the time that its bytes need. */
function limited<T>(target: Target, bytes: number, work: (signal: Signal) => Promise<T>): Promise<T> {
  return callWithin(target.signal, target.callMs + bytes / SLOWEST_UPLOAD, work);
}

/** Quotes a file's name for the multipart header as RFC 7578 requires; grammY writes it there as it is. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "'").replace(/\p{Cc}/gu, ' ')}"`;
}

/** A delivery's file, opened for the upload. */
interface Upload {
  readonly file: InputFile;
  readonly size: number;
  readonly stream: Readable;
}

/** Opens a file. @throws MissingFileError, DamagedFileError, before half a file is sent for a whole one */
async function openUpload(target: Target, place: number): Promise<Upload> {
  const found = target.files[place];
  const opened = await found?.open();
  if (found === undefined || opened === undefined) throw new MissingFileError();
  const { size, stream } = opened;
  if (size !== found.size) {
    stream.destroy();
    throw new DamagedFileError();
  }
  return { file: new InputFile(stream, quoted(found.name)), size, stream };
}

/** Opens files, does work with them, and closes them, also when the work fails. */
async function withUploads<T>(
  target: Target,
  places: readonly number[],
  work: (uploads: readonly Upload[]) => Promise<T>,
): Promise<T> {
  const uploads: Upload[] = [];
  try {
    for (const place of places) uploads.push(await openUpload(target, place));
    return await work(uploads);
  } finally {
    for (const { stream } of uploads) stream.destroy();
  }
}

/** The chat, and the options that every call shares. */
function addressed({ destination: { chatId, threadId } }: Target, silent: boolean | undefined) {
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

/** Makes the part's call. @returns the messages that it became */
async function call(api: Api, part: Part, target: Target): Promise<readonly Sent[]> {
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
