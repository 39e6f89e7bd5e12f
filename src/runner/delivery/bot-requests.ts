/** A notification as requests to the bot. */
import { accessSync, constants, statSync } from 'node:fs';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { FormFile } from '../../shared/http/multipart-writer.ts';
import type { Attachment, Pending } from './pending.ts';

/** One request; with files it is an upload. */
export interface BotRequest {
  readonly path: '/send' | '/send_photo' | '/send_document';
  readonly fields: Readonly<Record<string, unknown>>;
  readonly files: readonly FormFile[];
}

/** Bytes: the bot's own limits. */
const MAX_FILE = 50 * 1024 * 1024;
/** A little below the 60 MB of a form. */
const MAX_TOGETHER = 59 * 1024 * 1024;
/** UTF-16 units. */
const MAX_TEXT = 100_000;
const MAX_SOURCE = 255;
const MAX_NAME = 120;

/** Why a file can't be sent, in few words; its size where it can. */
function look({ path }: Attachment): { readonly size: number } | { readonly why: string } {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { why: 'it is not a file' };
    if (stats.size === 0) return { why: 'it is empty' };
    if (stats.size > MAX_FILE) return { why: 'it is larger than 50 MB' };
    accessSync(path, constants.R_OK);
    return { size: stats.size };
  } catch (error) {
    return { why: (error as { code?: string }).code === 'ENOENT' ? 'it is not there' : reasonOf(error) };
  }
}

/** Code in Markdown, whatever is in it. */
const code = (text: string) => `\`${text.replaceAll('`', "'").replace(/\p{C}+/gu, ' ')}\``;

function sort(attachments: readonly Attachment[]) {
  const sendable: Attachment[] = [];
  const complaints: string[] = [];
  let together = 0;
  for (const attachment of attachments) {
    const found = look(attachment);
    const why =
      'why' in found
        ? found.why
        : together + found.size > MAX_TOGETHER
          ? 'the files are too large together'
          : undefined;
    if (why === undefined && 'size' in found) {
      together += found.size;
      sendable.push(attachment);
    } else {
      const what = attachment.as === 'photo' ? 'The image' : 'The file';
      complaints.push(`⚠ ${what} ${code(attachment.path)} can't be sent: ${why}.`);
    }
  }
  return { sendable, complaints };
}

/** The limits count UTF-16 units, and no surrogate pair is cut. */
function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const end = /[\uD800-\uDBFF]/.test(text[longest - 2] ?? '') ? longest - 2 : longest - 1;
  return `${text.slice(0, end)}…`;
}

const formFile = ({ as, path, name }: Attachment): FormFile => ({ part: as, path, name: cut(name, MAX_NAME) });

/** What an image or file that can't be read is replaced by: a line that says so. */
export function attachmentWarnings({ content }: Pending): readonly string[] {
  return sort(content.attachments).complaints;
}

/**
 * The requests for a notification, looking at its files as they are now: the text and its images in one, a file in
 * another. One that can't be read is said in the text.
 *
 * @param wait how long the bot may take for its answer to tell what came of it, ms
 */
export function botRequestsOf({ id, source, content }: Pending, wait: number): readonly BotRequest[] {
  const { title, message = '', parse_mode, severity, silent, buttons, data } = content;
  const { sendable, complaints } = sort(content.attachments);
  const room = MAX_TEXT - complaints.join('\n').length - 2;
  const text = [cut(message, room), complaints.join('\n')].filter((part) => part.trim() !== '').join('\n\n');
  const clean = cut(source.replace(/\p{C}+/gu, '?'), MAX_SOURCE);
  const common = { title, parse_mode, severity, silent, source: clean, wait };
  const main = { ...common, buttons, data, id };
  const photos = sendable.filter(({ as }) => as === 'photo').map(formFile);
  const documents = sendable.filter(({ as }) => as === 'document').map(formFile);

  const posts: BotRequest[] = [];
  if (photos.length > 0) posts.push({ path: '/send_photo', fields: { ...main, text }, files: photos });
  else if (documents.length === 0) posts.push({ path: '/send', fields: { ...main, text }, files: [] });
  for (const [index, file] of documents.entries()) {
    const first = posts.length === 0;
    const fields = first ? { ...main, text } : { ...common, title: undefined, id: `${id}-${index}` };
    posts.push({ path: '/send_document', fields, files: [file] });
  }
  return posts;
}
