/** What `notify-runner send` sends, read from its options. */
import { basename, resolve } from 'node:path';
import { isKey, MAX_KEY, type Severity } from '../../../../core/notification.ts';
import { Problem } from '../../../../core/problem.ts';
import { A_MOMENT, isSendAt, momentOf } from '../../../../shared/api/send-at.ts';
import type { NotificationContent, NotificationFile } from '../../../notification.ts';
import { destinationsIn } from '../../destinations-in.ts';

/** The options of `notify-runner send`. */
export interface SendOptions {
  /** Names of destinations; one may hold several between commas. */
  readonly to?: readonly string[];
  readonly title?: string;
  readonly file?: string;
  readonly image?: readonly string[];
  readonly severity?: Severity;
  /** When to send it. */
  readonly at?: string;
  /** What it is about. */
  readonly key?: string;
  /** Edit the last message with this key. */
  readonly replace?: boolean;
  readonly silent?: boolean;
  readonly plain?: boolean;
  /** In fixed width, for tables and the output of programs. */
  readonly code?: boolean;
  readonly json?: boolean;
}

const MAX_IMAGES = 10;

/** The files that go along. @throws Problem `usage` */
export function attachmentsOf({ image = [], file }: SendOptions): readonly NotificationFile[] {
  if (image.length > MAX_IMAGES) throw new Problem('usage', `At most ${MAX_IMAGES} images go into one message.`);
  return [
    ...image.map((path) => ({ as: 'photo' as const, path: resolve(path), name: basename(path) })),
    ...(file === undefined ? [] : [{ as: 'document' as const, path: resolve(file), name: basename(file) }]),
  ];
}

/** @throws Problem `usage`; `bad_field` beyond 31 days */
function atIn(text: string): string {
  const now = Date.now();
  if (!isSendAt(text)) throw new Problem('usage', `--at: expected ${A_MOMENT}, found ${JSON.stringify(text)}.`);
  const moment = momentOf(text, now);
  if (moment <= now) throw new Problem('usage', `--at: ${text} is in the past.`);
  return new Date(moment).toISOString();
}

/** @throws Problem `usage` */
function keyIn({ key, replace }: SendOptions): Pick<NotificationContent, 'key' | 'replace'> {
  if (key === undefined && replace) {
    throw new Problem('usage', '--replace needs --key, which names the message to replace.');
  }
  if (key !== undefined && !isKey(key)) {
    throw new Problem('usage', `--key: expected 1 to ${MAX_KEY} printable characters, found ${JSON.stringify(key)}.`);
  }
  return { ...(key !== undefined && { key }), ...(replace && { replace }) };
}

/** @throws Problem `usage`; `bad_field` for a time beyond 31 days */
export function contentOf(
  options: SendOptions,
  message: string,
  attachments: readonly NotificationFile[],
): NotificationContent {
  const { to, title, severity, at, silent, plain } = options;
  return {
    ...(to !== undefined && { to: destinationsIn(to) }),
    ...(title !== undefined && { title }),
    message,
    ...(plain && { parse_mode: 'none' as const }),
    ...(severity && { severity }),
    ...keyIn(options),
    ...(silent && { silent }),
    ...(at !== undefined && { at: atIn(at) }),
    attachments,
  };
}
