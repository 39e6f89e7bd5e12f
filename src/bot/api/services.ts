import type { Readable } from 'node:stream';
import type { Account, Caller } from '../../core/account.ts';
import type { Notification } from '../../core/notification.ts';
import type { Receipt } from '../../core/receipt.ts';
import type { OwnerScope } from '../../core/scope.ts';
import type { ListedScript, RunResult } from '../../shared/api/actor-protocol.ts';

/**
 * A notification on its way in. Its media lie in the staging folder; whoever accepts it moves them away before it
 * answers, and what is still there after the answer is removed.
 */
export interface Submission {
  readonly notification: Notification;
  /** The account of `notification.user`, when this host knows it: a link remembers one and must not pass to another. */
  readonly uid?: number;
  /** Idempotency key, or none. */
  readonly id?: string;
  /** A digest over every field and file, to tell the same body from another. */
  readonly digest: string;
  /** Milliseconds to wait for the outcome. */
  readonly wait: number;
}

/** What may come of asking for a chat by code. */
export type LinkResult =
  | { readonly outcome: 'linked'; readonly linkedAt: string }
  | { readonly outcome: 'unknown' | 'expired' | 'too-many-tries' };

/** The status of an account, for `GET /status`. */
export interface AccountStatus {
  readonly linked: boolean;
  readonly linkedAt?: string;
  readonly chat?: { readonly type: string; readonly name: string };
  /** Deliveries waiting. */
  readonly queued: number;
  /** Why Telegram refuses this chat, when it does. */
  readonly unreachable?: string;
  /** The bot in Telegram, once it is known. */
  readonly bot?: { readonly username: string; readonly name: string };
  /** Until when everything is muted, ISO 8601. */
  readonly mutedUntil?: string;
}

/** One line of `GET /messages`. */
export interface MessageRecord {
  readonly id: string;
  readonly status: 'queued' | 'sent' | 'muted' | 'failed';
  /** When it was accepted, ISO 8601. */
  readonly accepted_at: string;
  /** When it was sent, muted or given up, ISO 8601. */
  readonly finished_at?: string;
  readonly title?: string;
  readonly text: string;
  /** How `text` is written, unless it is in Markdown. */
  readonly parse_mode?: string;
  readonly source?: string;
  readonly severity?: string;
  readonly message_ids: readonly number[];
  readonly error?: string;
  /** Milliseconds from its acceptance until Telegram had all of it. */
  readonly delivery_ms?: number;
  /** How many pictures of it can be asked for. */
  readonly pictures?: number;
  /** Tries that were in vain. */
  readonly attempts?: number;
  /** Whose it is, where everybody's are asked for. */
  readonly user?: string;
}

/** Which messages are asked for. */
export interface MessageQuery {
  readonly whose: OwnerScope;
  readonly limit: number;
  /** The `next` of the page before. */
  readonly before?: string;
  readonly status?: MessageRecord['status'];
  /** `null` for those without one. */
  readonly source?: string | null;
  /** What title, text, source or error hold, upper and lower case alike. */
  readonly text?: string;
}

/** A page of messages, newest first. */
export interface MessagePage {
  readonly messages: readonly MessageRecord[];
  /** What to give as `before` for the page after it; `null` where there is none. */
  readonly next: string | null;
}

/** One of a user's scripts, for `GET /scripts`. */
export interface ScriptRecord extends ListedScript {
  /** Until when it by itself is muted, ISO 8601. */
  readonly muted_until: string | null;
  /** Whether a run goes on that was begun from Telegram or here. */
  readonly running: boolean;
}

/** What came of a run in the time that somebody waits for it. */
export type RunAnswer = { readonly status: 'running' } | { readonly status: 'done'; readonly result: RunResult };

/** What became of the messages of a source on a day, for `GET /counts`. */
export interface CountRecord {
  /** UTC, `2026-01-30`. */
  readonly day: string;
  readonly source: string | null;
  readonly sent: number;
  readonly muted: number;
  readonly failed: number;
  /** How long delivery took, to within 5 %; `null` where nothing was sent. */
  readonly delivery_ms: { readonly p50: number; readonly p95: number } | null;
}

/** A picture of a message. */
export interface Picture {
  /** A media type. */
  readonly type: string;
  /** Whoever asked for it destroys it. */
  readonly bytes: Readable;
}

/** Some of what the sysadmin may see. */
export interface OperatorList {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** How many there are in all. */
  readonly total: number;
}

/** Something that happened. */
export interface FeedEvent {
  /** Rises. */
  readonly number: number;
  readonly name: 'message' | 'link' | 'run' | 'gap';
  /** JSON. */
  readonly data: string;
}

/** Whoever is told what happens. */
export type Follower = (event: FeedEvent) => void;

/** What happens, from now on. */
interface Events {
  /** Tells what comes, after what came since an event's number, or `gap` where that isn't known any more. @returns how to end it */
  subscribe(whose: OwnerScope, since: number | undefined, follower: Follower): () => void;
  /** The number of the newest event. */
  last(): number;
}

/** How the service is. */
interface Health {
  /** A sentence each; none when all is well. */
  readonly reasons: readonly string[];
  readonly details: Readonly<Record<string, unknown>>;
}

/** What the socket API stands on; `app.ts` hands it in. Every function may throw a `Problem` whose code is listed. */
export interface Services {
  /**
   * Takes a notification: durable before it answers.
   * @throws Problem `not_linked` (404), `id_conflict` (409), `outbox_full` or `storage` (503), `too_large` (413)
   */
  submit(submission: Submission): Promise<Receipt>;
  /** Links `user` (whose account has `uid`, when this host knows it) to the chat that asked for `code`. @throws Problem `storage`, `links_unreadable` (503) */
  redeemCode(user: string, uid: number | undefined, code: string, caller: Caller): Promise<LinkResult>;
  /** Makes a one-time deep link for `user`. @throws Problem `telegram_unknown` (503) while the bot's name isn't known yet */
  deepLink(user: string, uid: number | undefined): Promise<{ url: string; expiresAt: string }>;
  /** Ends a link; `false` when there was none. @throws Problem `storage`, `links_unreadable` (503) */
  unlink(user: string): Promise<boolean>;
  /** @throws Problem `links_unreadable` (503) */
  accountStatus(user: string, uid: number | undefined): Promise<AccountStatus>;
  /** A page, newest first; a name that is used again shows nothing of its former owner's. @throws Problem `bad_field` for a `before` that no page had */
  messages(query: MessageQuery): Promise<MessagePage>;
  /** What became of messages, by day and source. @param days today and those before it */
  counts(whose: OwnerScope, days: number): Promise<readonly CountRecord[]>;
  /**
   * A picture of a message.
   * @param place from 0
   * @param hold told how many bytes memory is to hold; may throw
   * @throws Problem `no_picture` (404), `telegram_unreachable` (503)
   */
  picture(owner: Account, id: string, place: number, hold: (bytes: number) => void): Promise<Picture>;
  /** A notification that shows a user what notifications look like. */
  makeTest(user: string): Promise<Notification>;
  /** Every link. @throws Problem `links_unreadable` (503) */
  users(): Promise<OperatorList>;
  /** What waits, oldest first. */
  queue(most: number): Promise<OperatorList>;
  /** The newest that were given up, oldest first. @throws Problem `storage` (503) */
  failed(most: number): Promise<OperatorList>;
  readonly feed: Events;
  /** A user's scripts. @throws Problem `actor_unavailable`, `actor_busy`, `actor_failed`, `mutes_unreadable` (503), `no_scripts` (404) */
  scripts(user: string): Promise<readonly ScriptRecord[]>;
  /**
   * Runs a script as its owner.
   * @param wait milliseconds to wait for its end
   * @throws Problem as `scripts`, `unknown_script` (404), `already_running` (409), `too_many_runs` (429), `storage` (503)
   */
  runScript(subject: Account, name: string, wait: number): Promise<RunAnswer>;
  /** The last lines of the log about a script, oldest first. @throws Problem as `scripts` */
  scriptLog(user: string, name: string, lines: number): Promise<readonly string[]>;
  /** Mutes everything, or one script, for some milliseconds. @returns until when @throws Problem `mutes_unreadable`, `storage`, `too_many_mutes` */
  mute(user: string, lasts: number, script: string | undefined): Promise<string>;
  /** Ends every mute, or one script's. @throws Problem `mutes_unreadable`, `storage` */
  unmute(user: string, script: string | undefined): Promise<void>;
  /** Sends a failed delivery again. @throws Problem `unknown_delivery` (404) */
  retry(delivery: string): Promise<void>;
  /** Empty when all is well; else a sentence a reason. */
  health(): Health | Promise<Health>;
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
  /** A folder on the outbox's file system for uploads under way; emptied at start. */
  readonly stagingDir: string;
}
