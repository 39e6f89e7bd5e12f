import type { Account } from './account.ts';
import type { Buttons } from './buttons.ts';
import type { Route } from './destination.ts';

/** How urgent a notification is; `info` and `low` arrive without a sound, `critical` passes a mute. */
export type Severity = 'info' | 'low' | 'medium' | 'high' | 'critical';

/** Every severity, mildest first. */
export const SEVERITIES: readonly Severity[] = ['info', 'low', 'medium', 'high', 'critical'];

/** How the body of a notification is written. `Markdown` is CommonMark plus Telegram's `*bold*` and `_italic_`. */
export type ParseMode = 'Markdown' | 'MarkdownV2' | 'HTML' | 'none';

/** Every parse mode the API takes; the first is the default. */
export const PARSE_MODES: readonly ParseMode[] = ['Markdown', 'MarkdownV2', 'HTML', 'none'];

/** Characters of a key. */
export const MAX_KEY = 128;

/** Whether a text can be a key: 1 to {@link MAX_KEY} printable characters. */
export const isKey = (text: string): boolean => text.length <= MAX_KEY && /^[^\p{C}\p{Zl}\p{Zp}]+$/u.test(text);

/** A file that goes with a notification. */
export interface Media {
  /** The id under which the storage keeps the bytes. */
  readonly blob: string;
  /** The file's own name, as the reader sees it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The sender's choice; an image beyond Telegram's limits for photos is sent as a document. */
  readonly as: 'photo' | 'document';
}

/** What a notification is about, by name, such as `{"host": "db1", "severity": "critical"}`. */
export type Labels = Readonly<Record<string, string | number | boolean>>;

/** The feature of the bot that made a notification, and its own name for what it is about. No sender sets it. */
export interface Origin {
  readonly feature: 'alerts' | 'questions' | 'people';
  /** Printable, at most 128 characters. */
  readonly ref: string;
}

/** What does not hold a notification back, whatever its severity: a mute, quiet hours and digests. */
export interface Passes {
  readonly mute?: true;
  readonly quiet?: true;
}

/** A message that a sender wants delivered. */
export interface Notification {
  /** Whose it is: the sender, or, where a trusted caller names another user, that user. */
  readonly account: Account;
  /** A bold first line; never parsed. */
  readonly title?: string;
  /** The body; may be empty when there is media. */
  readonly text: string;
  readonly parseMode: ParseMode;
  readonly severity?: Severity;
  /** Arrive without a sound. */
  readonly silent?: boolean;
  /** Show a preview of the first link; none unless asked for. */
  readonly linkPreview?: boolean;
  readonly buttons?: Buttons;
  /** The script it comes from. */
  readonly source?: string;
  /** What it is about, in its sender's words; 1 to 128 printable characters. */
  readonly key?: string;
  /** Edit the last message with its key instead of sending one, where that can be edited; needs a key. */
  readonly replace?: boolean;
  /** Kept in the history for later use; never shown in Telegram. */
  readonly data?: Readonly<Record<string, unknown>>;
  /** When to send it, ms since 1970; at once unless given. */
  readonly sendAt?: number;
  /** What rules see of it. */
  readonly labels?: Labels;
  /** Photos first, in the order given; empty for a text. */
  readonly media: readonly Media[];
  /** Where the bot itself made it. */
  readonly origin?: Origin;
  /** Only features of the bot set it. */
  readonly passes?: Passes;
  /** Most tries of a message whose failure is temporary and its own, in place of a day's; only features of the bot set it. */
  readonly mostTries?: number;
}

/**
 * A notification on its way in. A delivery takes the bytes of its media over before the intake answers; the intake
 * removes those that none took over.
 */
export interface Submission {
  readonly notification: Notification;
  /** Where it goes, no place twice; to the chat of its account's own link unless given. */
  readonly routes?: readonly Route[];
  /** Idempotency id, or none. */
  readonly id?: string;
  /** A digest over every field and file, to tell the same request from another one. */
  readonly digest: string;
  /** Milliseconds to wait for the outcome. */
  readonly wait: number;
}
