import type { Buttons } from '../core/buttons.ts';
import type { Labels, Severity } from '../core/notification.ts';

/** A file to send along. */
export interface NotificationFile {
  readonly as: 'photo' | 'document';
  /** Where its bytes are, an absolute path. */
  readonly path: string;
  /** The name that the reader sees. */
  readonly name: string;
}

/** An alert as the bot takes it; times are RFC 3339. Its field names are part of the same file format. */
export interface AlertContent {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Of one that fires. */
  readonly startsAt?: string;
  /** Of one that is over. */
  readonly endsAt?: string;
}

/** The content of a message. Its field names are part of a file format, that of pending notifications. */
export interface NotificationContent {
  /** The names of its destinations; the chat of the user's own link unless given. */
  readonly to?: readonly string[];
  readonly title?: string;
  readonly message?: string;
  readonly parse_mode?: 'none';
  readonly severity?: Severity;
  readonly silent?: boolean;
  readonly link_preview?: boolean;
  readonly buttons?: Buttons;
  /** What it is about; the bot is told of it where it takes it. */
  readonly key?: string;
  /** Edit the last message with this key instead of sending one. */
  readonly replace?: boolean;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly labels?: Labels;
  /** When to send it, RFC 3339; at once where that has passed. */
  readonly at?: string;
  /** It is an alert, and no message: of the other fields `to` counts. */
  readonly alert?: AlertContent;
  readonly attachments: readonly NotificationFile[];
}
