/** A notification as requests to the bot. */
import { isKey } from '../../core/notification.ts';
import type { FormFile } from '../../shared/http/multipart-writer.ts';
import { shortFileName } from '../../shared/text/short-file-name.ts';
import type { AlertContent, NotificationContent, NotificationFile } from '../notification.ts';
import { markdownPath } from '../text/plain-text.ts';
import { unsendableText } from '../text/submit-text.ts';
import type { CheckedAttachments } from './attachments.ts';

/** One request; with files it is an upload. */
export interface BotRequest {
  readonly path: '/send' | '/send_photo' | '/send_document';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly FormFile[];
}

/** An alert as a request. */
export interface AlertRequest {
  readonly path: string;
  readonly body: readonly [AlertContent];
}

/** A notification and its identity. */
export interface OutgoingNotification {
  /** The idempotency key: the bot sends it once. */
  readonly id: string;
  /** The script's file name, or another source. */
  readonly source: string;
  readonly content: NotificationContent;
}

// The bot's own limits, in UTF-16 units.
const MAX_TEXT = 100_000;
const MAX_SOURCE = 255;
const MAX_NAME = 120;

/** A text that the bot takes; it says where something is missing, since the bot may call it the whole text. */
function bounded(text: string): string {
  if (text.length <= MAX_TEXT) return text;
  const note = ` (cut after ${MAX_TEXT} of ${text.length} characters)`;
  return `${cut(text, MAX_TEXT - note.length)}${note}`;
}

/** Cuts to a length in UTF-16 units, never inside a surrogate pair. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = /[\uD800-\uDBFF]/.test(text[longest - 2] ?? '') ? longest - 2 : longest - 1;
  return `${text.slice(0, end)}…`;
}

const formFile = ({ as, path, name }: NotificationFile): FormFile => ({
  part: as,
  path,
  name: shortFileName(name, MAX_NAME),
});

/** The key of a cooldown may be longer than the bot's. */
function keyFields({ key, replace }: NotificationContent) {
  if (key === undefined || !isKey(key)) return {};
  return { key, replace };
}

/** When to send it; at once where the bot was away until then. */
const atOf = ({ at }: NotificationContent) => (at !== undefined && Date.parse(at) > Date.now() ? at : undefined);

/**
 * The requests for a notification: the text and its images in one, each further file in another. A file that can't be
 * sent becomes a line of the text, or of a message of its own where the text is too long.
 *
 * @param wait how long the bot may delay its answer until the message is delivered, ms
 */
export function botRequestsOf(
  { id, source, content }: OutgoingNotification,
  { sendable, unsendable }: CheckedAttachments,
  wait: number,
): readonly BotRequest[] {
  const { to, title, message = '', parse_mode, severity, silent, link_preview, buttons, data, labels } = content;
  const warnings = unsendable.map((file) => `⚠ ${unsendableText(file, markdownPath)}`).join('\n');
  const whole = bounded(message);
  const together = [whole, warnings].filter((part) => part.trim() !== '').join('\n\n');
  const fits = together.length <= MAX_TEXT;
  const text = fits ? together : whole;
  const cleanSource = cut(source.replace(/\p{C}+/gu, '?'), MAX_SOURCE);
  const common = {
    to,
    title,
    parse_mode,
    severity,
    silent,
    link_preview,
    source: cleanSource,
    wait,
    at: atOf(content),
  };
  const main = { ...common, buttons, ...keyFields(content), data, labels, id };
  const photos = sendable.filter(({ as }) => as === 'photo').map(formFile);
  const documents = sendable.filter(({ as }) => as === 'document').map(formFile);

  const requests: BotRequest[] = [];
  if (photos.length > 0) requests.push({ path: '/send_photo', fields: { ...main, text }, files: photos });
  else if (documents.length === 0) requests.push({ path: '/send', fields: { ...main, text }, files: [] });
  for (const [index, file] of documents.entries()) {
    const first = requests.length === 0;
    const fields = first ? { ...main, text } : { ...common, title: undefined, id: `${id}-${index}` };
    requests.push({ path: '/send_document', fields, files: [file] });
  }
  if (!fits) {
    requests.push({
      path: '/send',
      fields: { ...common, title: undefined, id: `${id}-files`, text: warnings },
      files: [],
    });
  }
  return requests;
}

/** The request for an alert; `undefined` for a notification. */
export function alertRequestOf({ content }: OutgoingNotification): AlertRequest | undefined {
  const { alert, to = [] } = content;
  if (alert === undefined) return undefined;
  const query = new URLSearchParams({ source: 'script' });
  for (const name of to) query.append('to', name);
  return { path: `/alerts?${query}`, body: [alert] };
}
