/**
 * What the socket API needs of the rest of the bot: one interface for each module that implements it. Where a function
 * throws a `Problem`, the codes are named.
 */
import type { Readable } from 'node:stream';
import type { Account, Caller, KnownAccount } from '../../core/account.ts';
import type { RegisteredDestination, Registration, Route } from '../../core/destination.ts';
import type { Notification, Submission } from '../../core/notification.ts';
import type { Question, QuestionDraft } from '../../core/questions/question.ts';
import type { DeliveryReceipt, Receipt } from '../../core/receipt.ts';
import type { OwnerScope } from '../../core/scope.ts';
import type { AccountStatus, LinkResult } from '../../core/views/account-status.ts';
import type { Follower } from '../../core/views/feed-event.ts';
import type { CountRecord, MessagePage, MessageQuery } from '../../core/views/message.ts';
import type { ScriptRecord } from '../../core/views/script-record.ts';
import type { RunResult } from '../../shared/api/actor/protocol.ts';
import type { Blobs } from '../../storage/ports.ts';
import type { AlertServices } from './services/alerts.ts';
import type { ExpectedBeatServices } from './services/beats.ts';
import type { PeopleServices } from './services/people.ts';
import type { RotationServices } from './services/rotations.ts';
import type { RuleServices } from './services/rules.ts';

/** What happens at the steps of a submission. */
export interface SubmitSteps {
  /** Called when none of its files is in the staging folder any more, before the wait for its outcome. */
  readonly onStored: () => void;
  /** Does the work that occupies the process. */
  readonly work: <T>(run: () => T, isLong?: boolean) => Promise<T>;
}

/** Who sends, and with which rights. */
export interface Sender {
  /** Whose the notification is. */
  readonly account: Account;
  /** May send to every destination. */
  readonly trusted: boolean;
}

/** Finds where notifications go. Both functions throw Problem `links_unreadable`, `destinations_unreadable`, `storage`. */
export interface RoutingServices {
  /**
   * Looks whether an account has a link, or may send to any destination, before anything is read for it.
   *
   * @throws Problem `not_linked`, `accounts_unavailable`
   */
  requireRoute(account: Account): Promise<void>;
  /**
   * Finds destinations, each place once, in the order given.
   *
   * @param to what the sender wrote, at least one; the chat of the account's own link unless given
   * @throws Problem `not_linked`, `bad_field`, `unknown_destination`, `not_a_sender`, `accounts_unavailable`
   */
  route(sender: Sender, to?: readonly string[]): Promise<readonly Route[]>;
}

/** Takes notifications in. */
export interface IntakeServices {
  /**
   * Stores a notification durably before it answers.
   *
   * @throws Problem `not_linked`, `id_conflict`, `outbox_full`, `history_full`, `storage`, `too_large`; what `at.work` throws
   */
  submit(submission: Submission, at?: SubmitSteps): Promise<Receipt>;
  /** Makes a notification that shows a user what notifications look like. */
  makeTest(account: Account): Promise<Notification>;
  /** Where files are stored while they arrive. */
  readonly blobs: Pick<Blobs, 'write' | 'discard'>;
}

/** Links between accounts and chats. Every function throws Problem `links_unreadable`; changes throw `storage`. */
export interface LinkServices {
  /** Links an account to the chat that asked for `code`. */
  redeemCode(account: KnownAccount, code: string, caller: Caller): Promise<LinkResult>;
  /** Makes a one-time deep link. @throws Problem `telegram_unknown` while the bot's name isn't known yet */
  deepLink(account: KnownAccount): Promise<{ url: string; expiresAt: string }>;
  /** Ends a link; `false` when there was none. */
  unlink(user: string): Promise<boolean>;
  accountStatus(account: Account): Promise<AccountStatus>;
}

/** Groups, channels and topics that people registered. Every function throws Problem `destinations_unreadable`. */
export interface DestinationServices {
  /** All of them, by name. */
  destinations(): Promise<readonly RegisteredDestination[]>;
  /**
   * Makes a code that registers the place where it is sent.
   * @returns it as people write it, and a link that adds the bot to a group and sends it there
   * @throws Problem `destination_taken`, `too_many_destinations`, `too_many_codes`, `telegram_unknown`, `storage`
   */
  registrationCode(wanted: Registration): Promise<{ code: string; url: string; expiresAt: string }>;
  /** Ends a destination; `false` when there was none. @throws Problem `storage` */
  removeDestination(name: string, by: Caller): Promise<boolean>;
  /** Changes who may send; `undefined` where there is no such destination. @throws Problem `too_many_destinations`, `storage` */
  changeSenders(
    name: string,
    change: (senders: readonly string[]) => readonly string[],
    by: Caller,
  ): Promise<RegisteredDestination | undefined>;
}

/** A picture of a message. */
export interface Picture {
  /** A media type. */
  readonly type: string;
  /** The caller destroys it. */
  readonly bytes: Readable;
}

/** Messages and what is counted of them. A name that was given to another person shows nothing of its former owner's. */
export interface MessageServices {
  /** A page, newest first; its first message throws Problem `bad_field` for a `before` that no page had. */
  messages(query: MessageQuery): MessagePage;
  /** Counts messages by day and source. @param days today and those before it */
  counts(whose: OwnerScope, days: number): Promise<readonly CountRecord[]>;
  /**
   * Finds a picture of a message.
   * @param place from 0
   * @param hold called with the number of bytes that memory is to hold; may throw
   * @throws Problem `no_picture`, `telegram_unreachable`
   */
  picture(owner: Account, id: string, place: number, hold: (bytes: number) => void): Promise<Picture>;
}

/** Taking messages back. */
export interface WithdrawServices {
  /**
   * Cancels a notification where it waits, and deletes it where it was sent, at all its destinations.
   * @returns what it is at each of them now; `error` says why Telegram keeps it
   * @throws Problem `unknown_message`, `telegram_unreachable`, `storage`
   */
  withdraw(owner: Account, id: string): Promise<readonly DeliveryReceipt[]>;
}

/** Events as they happen. */
export interface EventServices {
  readonly feed: {
    /**
     * Hands a follower every event after `since` and all that follow, or `gap` where those are no longer known.
     * @returns a function that ends the subscription
     */
    subscribe(whose: OwnerScope, since: number | undefined, follower: Follower): () => void;
    /** The number of the newest event. */
    last(): number;
  };
}

/** The result of a run within the time that a caller waits for it. */
export type RunAnswer = { readonly status: 'running' } | { readonly status: 'done'; readonly result: RunResult };

/** Scripts of users. Every function throws Problem `actor_unavailable`, `actor_busy`, `actor_failed`, `no_scripts`. */
export interface ScriptServices {
  /** @throws Problem `mutes_unreadable` */
  scripts(account: Account): Promise<readonly ScriptRecord[]>;
  /**
   * Runs a script as its owner.
   * @param wait milliseconds to wait for its end
   * @throws Problem `unknown_script`, `already_running`, `too_many_runs`, `storage`
   */
  runScript(account: Account, name: string, wait: number): Promise<RunAnswer>;
  /** The last lines of the log about a script, oldest first. @throws Problem `unknown_script` */
  scriptLog(user: string, name: string, lines: number): Promise<readonly string[]>;
}

/** Questions that people answer by a button. Changes throw Problem `storage`. */
export interface QuestionServices {
  /**
   * Asks at every route; the same `id` with the same words once.
   *
   * @throws Problem `id_conflict`, `too_many_questions`, `chat_muted`, and as `IntakeServices.submit`
   */
  ask(draft: QuestionDraft, routes: readonly Route[]): Promise<Question>;
  /** How a question stands. @param waitMs how long to wait for its end, ms @throws Problem `unknown_question` */
  question(owner: KnownAccount, id: string, waitMs: number): Promise<Question>;
  /** Ends a question that is open; one that has ended stays as it is. @throws Problem `unknown_question` */
  cancelQuestion(owner: KnownAccount, id: string, by: Caller): Promise<Question>;
}

/** Mutes. Both functions throw Problem `mutes_unreadable`, `storage`. */
export interface MuteServices {
  /** Mutes everything, or one script. @param lasts milliseconds @returns the end, ISO 8601 @throws Problem `too_many_mutes` */
  mute(account: Account, lasts: number, script: string | undefined): Promise<string>;
  /** Ends every mute, or one script's. */
  unmute(account: Account, script: string | undefined): Promise<void>;
}

/** Signs of life of people's runners. Both functions throw Problem `beats_unreadable`, `storage`. */
export interface BeatServices {
  /** Notes that cron runs the caller's runner. @param withinMs until the next beat is expected at the latest, ms */
  beat(caller: Caller, withinMs: number): Promise<void>;
  /** Forgets the caller's beats: their absence is no news. */
  endBeats(caller: Caller): Promise<void>;
}

/** A part of a list for the sysadmin. */
export interface OperatorList {
  readonly records: readonly Readonly<Record<string, unknown>>[];
  /** How many there are in all. */
  readonly total: number;
}

/** What a sysadmin sees and does. */
export interface AdminServices {
  /** Every link. @throws Problem `links_unreadable` */
  users(): Promise<OperatorList>;
  /** Deliveries that wait, oldest first. */
  queue(most: number): Promise<OperatorList>;
  /** The newest deliveries that were given up, oldest first. @throws Problem `storage` */
  failed(most: number): Promise<OperatorList>;
  /** Sends a failed delivery again. @throws Problem `unknown_delivery`, `not_linked` */
  retry(delivery: string): Promise<void>;
}

/** How the service is. */
export interface MonitoringServices {
  /** `reasons` holds a sentence for each problem; it is empty when all is well. */
  health(): Promise<{ readonly reasons: readonly string[]; readonly details: Readonly<Record<string, unknown>> }>;
  /** Prometheus text. */
  metrics(): Promise<{ contentType: string; text: string }>;
}

/** All of it. */
export interface Services
  extends IntakeServices,
    RoutingServices,
    LinkServices,
    DestinationServices,
    MessageServices,
    WithdrawServices,
    EventServices,
    ScriptServices,
    MuteServices,
    QuestionServices,
    BeatServices,
    ExpectedBeatServices,
    PeopleServices,
    RotationServices,
    RuleServices,
    AdminServices,
    MonitoringServices,
    AlertServices {}
