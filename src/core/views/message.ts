import type { Button } from '../buttons.ts';
import type { Labels } from '../notification.ts';
import type { MessageStatus } from '../receipt.ts';
import type { OwnerScope } from '../scope.ts';

/** A message as its owner may see it. */
export interface MessageRecord {
  /** The notification's: of several destinations there is a message for each, under the same id. */
  readonly id: string;
  /** The name of its destination. */
  readonly to: string;
  readonly status: MessageStatus;
  /** When it was accepted, ISO 8601. */
  readonly acceptedAt: string;
  /** When it is to be sent, ISO 8601, while it waits for that. */
  readonly sendAt?: string;
  /** Since when quiet hours or a digest hold it back, ISO 8601. */
  readonly heldSince?: string;
  /** When it was sent, muted or given up, ISO 8601. */
  readonly finishedAt?: string;
  readonly title?: string;
  readonly text: string;
  /** How `text` is written, unless it is in Markdown. */
  readonly parseMode?: string;
  readonly source?: string;
  readonly severity?: string;
  readonly key?: string;
  readonly labels?: Labels;
  /** Rows of its buttons. */
  readonly buttons?: readonly (readonly Button[])[];
  readonly messageIds: readonly number[];
  /** Why it failed, or, while it waits, why the last try did. */
  readonly error?: string;
  /** Milliseconds from its acceptance until Telegram had all of it. */
  readonly deliveryMs?: number;
  /** How many of its pictures can be fetched. */
  readonly pictures?: number;
  /** Its files that are no pictures, or not shown as such. */
  readonly files?: ReadonlyArray<{ readonly name: string; readonly size: number }>;
  /** Failed tries. */
  readonly attempts?: number;
  /** Its owner, where messages of several accounts are listed. */
  readonly user?: string;
}

/** Which messages to list. */
export interface MessageQuery {
  readonly whose: OwnerScope;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly before?: string;
  readonly status?: MessageStatus;
  /** `null` for messages without one. */
  readonly source?: string | null;
  /** A part of title, text, source or error, upper and lower case alike. */
  readonly text?: string;
  /** Called, and awaited, each time so many further messages were looked at. */
  readonly pause?: (looked: number) => Promise<void>;
}

/**
 * A page of messages, newest first, as it is read: what waits for its reader is a message, and not the page. It returns
 * the `before` of the page after it; `null` where there is none.
 */
export type MessagePage = AsyncGenerator<MessageRecord, string | null, void>;

/** How many messages of one source ended how on one day. */
export interface CountRecord {
  /** UTC, `2026-01-30`. */
  readonly day: string;
  readonly source: string | null;
  readonly sent: number;
  readonly muted: number;
  readonly failed: number;
  /** Milliseconds that delivery took, to within 5 %; `null` where nothing was sent. */
  readonly deliveryMs: { readonly p50: number; readonly p95: number } | null;
}
