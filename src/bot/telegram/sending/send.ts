import { stat } from 'node:fs/promises';
import { type Api, InputFile } from 'grammy';
import type {
  InlineKeyboardButton,
  InlineKeyboardMarkup,
  InputMediaDocument,
  InputMediaPhoto,
  Message,
} from 'grammy/types';
import type { Outcome } from '../../../core/delivery.ts';
import type { LinkButton } from '../../../core/notification.ts';
import { callWithin, type Signal } from '../call.ts';
import { classify, DamagedFileError } from '../classify.ts';
import type { Part, PartText } from '../part.ts';
import { type Sent, sentAs, sentIn } from './sent.ts';
import { imageRefused, simpler } from './simpler.ts';

/** A file of the delivery that a part may name by its index. */
export interface SendFile {
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** Where a part goes and what it may use. */
export interface SendTarget {
  readonly chatId: number;
  readonly files: readonly SendFile[];
  readonly signal: AbortSignal;
}

type Target = SendTarget & { readonly callMs: number };

/** A call without a file takes as long as a slow phone network, not longer. */
const CALL_MS = 30_000;
/** The slowest upload that still counts as one, in bytes a millisecond (50 kB/s). */
const SLOWEST_UPLOAD = 50;

function textFields(body: PartText): {
  text: string;
  entities?: Message['entities'];
  parse_mode?: 'HTML' | 'MarkdownV2';
} {
  if ('parseMode' in body) return { text: body.text, parse_mode: body.parseMode };
  return { text: body.text, entities: body.entities as Message['entities'] };
}

function captionFields(caption: PartText | undefined): object {
  if (caption === undefined) return {};
  const { text, entities, parse_mode } = textFields(caption);
  return { caption: text, ...(entities && { caption_entities: entities }), ...(parse_mode && { parse_mode }) };
}

function keyboard(buttons: readonly LinkButton[] | undefined): { reply_markup?: InlineKeyboardMarkup } {
  if (buttons === undefined || buttons.length === 0) return {};
  const rows: InlineKeyboardButton[][] = buttons.map(({ text, url }) => [{ text, url }]);
  return { reply_markup: { inline_keyboard: rows } };
}

/**
 * Makes the function that sends one part.
 *
 * @param spent told of every call beyond the part's first, since the rate limits count it
 * @param callMs how long a call without a file may take, milliseconds
 */
export function createSend(api: Api, spent: (chatId: number, cost: number) => void, callMs = CALL_MS) {
  return async function send(part: Part, to: SendTarget): Promise<Outcome> {
    const target = { ...to, callMs };
    let current = part;
    // Markup, buttons and image can each be refused once; a fourth refusal is for good.
    for (let tries = 0; ; tries += 1) {
      try {
        return sentAs(current, await call(api, current, target));
      } catch (error) {
        if (current.kind === 'album' && imageRefused(error)) return sendAsDocuments(api, current, target, spent);
        const other = tries < 3 ? simpler(current, error) : undefined;
        if (other === undefined) return classify(error);
        current = other;
        spent(target.chatId, 1);
      }
    }
  };
}

type AlbumPart = Extract<Part, { kind: 'album' }>;

async function sendAsDocuments(
  api: Api,
  part: AlbumPart,
  target: Target,
  spent: (chatId: number, cost: number) => void,
): Promise<Outcome> {
  spent(target.chatId, part.media.length);
  try {
    return sentAs(part, await album(api, part, target, 'document'));
  } catch (error) {
    return classify(error);
  }
}

/** Makes a call with the time that its bytes need. */
function limited<T>(target: Target, bytes: number, work: (signal: Signal) => Promise<T>): Promise<T> {
  return callWithin(target.signal, target.callMs + bytes / SLOWEST_UPLOAD, work);
}

/** A file's name as the upload's head holds it: grammY writes it there without the quotes that RFC 7578 wants. */
function quoted(name: string): string {
  return `"${name.replace(/["\\]/g, "'").replace(/\p{Cc}/gu, ' ')}"`;
}

/** @throws DamagedFileError, and the system's error, before half a file is sent for a whole one */
async function fileAt(target: SendTarget, index: number): Promise<{ file: InputFile; size: number }> {
  const found = target.files[index];
  if (found === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
  const { size } = await stat(found.path);
  if (size !== found.size) throw new DamagedFileError();
  return { file: new InputFile(found.path, quoted(found.name)), size: found.size };
}

/** Makes the part's call. @returns the messages that it became */
async function call(api: Api, part: Part, target: Target): Promise<readonly Sent[]> {
  const { chatId } = target;
  const quiet = part.silent ? { disable_notification: true } : {};
  if (part.kind === 'album') return album(api, part, target, 'photo');
  const extra = { ...quiet, ...keyboard(part.buttons) };
  if (part.kind === 'text') {
    const { text, ...format } = textFields(part.body);
    const options = { ...format, ...extra } as object;
    return one(limited(target, 0, (signal) => api.sendMessage(chatId, text, options, signal)));
  }
  if (part.kind === 'text-file') {
    const bytes = Buffer.from(part.content, 'utf8');
    const file = new InputFile(bytes, quoted(part.name));
    return one(limited(target, bytes.length, (signal) => api.sendDocument(chatId, file, extra, signal)));
  }
  const { file, size } = await fileAt(target, part.media);
  const options = { ...captionFields(part.caption), ...extra };
  return one(
    limited<unknown>(target, size, (signal) =>
      part.kind === 'photo'
        ? api.sendPhoto(chatId, file, options, signal)
        : api.sendDocument(chatId, file, { ...options, disable_content_type_detection: true }, signal),
    ),
  );
}

async function album(api: Api, part: AlbumPart, target: Target, type: 'photo' | 'document'): Promise<readonly Sent[]> {
  const files = await Promise.all(part.media.map((index) => fileAt(target, index)));
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const media = files.map(({ file }, i) => ({ type, media: file, ...(i === 0 ? captionFields(part.caption) : {}) }));
  const quiet = part.silent ? { disable_notification: true } : {};
  const group = media as InputMediaPhoto[] & InputMediaDocument[];
  const sent = await limited(target, bytes, (signal) => api.sendMediaGroup(target.chatId, group, quiet, signal));
  return Array.isArray(sent) ? sent.map(sentIn) : [];
}

async function one(sending: Promise<unknown>): Promise<readonly Sent[]> {
  return [sentIn(await sending)];
}
