/** The text of `notify-runner send`: in fixed width where it is asked for, and as a file where it is too long. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_TEXT } from '../../../../shared/api/limits.ts';
import { storageProblem } from '../../../../shared/files/storage-problem.ts';
import { literal } from '../../../../shared/text/markdown-literal.ts';
import type { NotificationFile } from '../../../notification.ts';
import { plain as plainText } from '../../../text/plain-text.ts';

/** The file of a text that is longer than a message may be. */
const WHOLE_TEXT = 'message.txt';
/** UTF-16 units of such a text that the message shows: they fit a caption. */
const START_LENGTH = 500;

/** A text as a Markdown code block; its fence is longer than any run of backticks in the text. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${plainText(text)}\n${fence}`;
}

/** What is sent. */
export interface Prepared {
  readonly message: string;
  readonly attachments: readonly NotificationFile[];
  /** Removes what was created for the message. */
  remove(): void;
}

/** A text that is longer than a message may be becomes its start and a file. @throws Problem `storage` */
export function prepare(
  text: string,
  original: string,
  attachments: readonly NotificationFile[],
  isPlain = false,
): Prepared {
  if (text.length <= MAX_TEXT) return { message: text, attachments, remove: () => {} };
  const folder = mkdtempSync(join(tmpdir(), 'notify-send-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  try {
    const path = join(folder, WHOLE_TEXT);
    writeFileSync(path, original, { mode: 0o600 });
    const shown = original.slice(0, START_LENGTH).replace(/[\uD800-\uDBFF]$/, '');
    const start = isPlain ? shown : literal(shown);
    const whole = { as: 'document' as const, path, name: WHOLE_TEXT };
    return {
      message: `${start}…\n\nThe whole text is in ${WHOLE_TEXT}.`,
      attachments: [...attachments, whole],
      remove,
    };
  } catch (error) {
    remove();
    throw storageProblem(folder, error);
  }
}
