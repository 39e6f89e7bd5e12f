/** Which files of a notification the bot can take. */
import { accessSync, constants, statSync } from 'node:fs';
import { errnoOf } from '../../core/problem.ts';
import type { NotificationFile } from '../notification.ts';
import type { UnsendableFile } from '../outcomes.ts';

/** Bytes of one file, the bot's own limit. */
const MAX_FILE = 50 * 1024 * 1024;
/** Bytes of all files of a form, a little below the bot's limit of 60 MB. */
const MAX_TOGETHER = 59 * 1024 * 1024;

/** The files of a notification, checked at one point in time. */
export interface CheckedAttachments {
  readonly sendable: readonly NotificationFile[];
  readonly unsendable: readonly UnsendableFile[];
}

/** @param before bytes of the sendable files so far */
function check(attachment: NotificationFile, before: number): { readonly size: number } | UnsendableFile {
  const { path } = attachment;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { attachment, code: 'not_a_file' };
    if (stats.size === 0) return { attachment, code: 'empty' };
    if (stats.size > MAX_FILE) return { attachment, code: 'too_large' };
    accessSync(path, constants.R_OK);
    return before + stats.size > MAX_TOGETHER ? { attachment, code: 'too_large_together' } : { size: stats.size };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { attachment, code: 'missing' };
    return { attachment, code: 'unreadable', cause: error };
  }
}

/** Checks the files of a notification: they exist, can be read, and keep within the bot's limits. */
export function checkAttachments(attachments: readonly NotificationFile[]): CheckedAttachments {
  const sendable: NotificationFile[] = [];
  const unsendable: UnsendableFile[] = [];
  let together = 0;
  for (const attachment of attachments) {
    const found = check(attachment, together);
    if ('code' in found) unsendable.push(found);
    else {
      together += found.size;
      sendable.push(attachment);
    }
  }
  return { sendable, unsendable };
}
