import type { Account } from '../../core/account.ts';
import type { RegisteredDestination } from '../../core/destination.ts';
import type { Problem } from '../../core/problem.ts';

/** A place in Telegram: a chat, or a topic of one. */
export interface Place {
  readonly chatId: number;
  /** The topic, in a forum. */
  readonly threadId?: number;
}

/** What Telegram says of a group or channel. */
export type ChatDescription = Pick<RegisteredDestination, 'type' | 'title' | 'username'>;

/**
 * The groups, channels and topics that people registered under names. What was answered is durable; an entry that makes
 * no sense is left as it is, is served to nobody, and does not affect the others. Every function that reads or changes
 * throws Problem `destinations_unreadable` or `storage`.
 */
export interface Destinations {
  find(name: string): Promise<RegisteredDestination | undefined>;
  /** The places with this public name in Telegram, in any case; topics have none. */
  withUsername(username: string): Promise<readonly RegisteredDestination[]>;
  /** The names of a place; a chat without a topic is another place than its topics. */
  at(place: Place): Promise<readonly RegisteredDestination[]>;
  /** Every destination that makes sense, by name. */
  all(): Promise<readonly RegisteredDestination[]>;
  /**
   * Registers a destination, instead of an earlier one of the same name and owner, whose senders it keeps unless it names
   * some. `ops` and all names `ops/…` belong to one account.
   * @returns as it is now, and the earlier one
   * @throws Problem `destination_taken` when the name is another account's, `too_many_destinations`
   */
  register(
    destination: Omit<RegisteredDestination, 'senders'> & Partial<Pick<RegisteredDestination, 'senders'>>,
  ): Promise<{ readonly now: RegisteredDestination; readonly before: RegisteredDestination | undefined }>;
  /** Whether an account may register a name. @throws Problem `destination_taken`, `too_many_destinations` */
  requireFree(name: string, owner: Account): Promise<void>;
  /** Ends it and returns it. */
  remove(name: string): Promise<RegisteredDestination | undefined>;
  /** Changes who may send. @throws Problem `too_many_destinations` for more than 200 @returns as it is now; `undefined` where there is none */
  setSenders(
    name: string,
    change: (senders: readonly string[]) => readonly string[],
  ): Promise<RegisteredDestination | undefined>;
  /** Follows a group that Telegram gave a new id. @returns the names */
  moveChat(from: number, to: number): Promise<readonly string[]>;
  /** Keeps what a chat is called in Telegram. Writes only what is new. @returns the names that changed */
  describeChat(chatId: number, chat: ChatDescription): Promise<readonly string[]>;
  /** Remembers why Telegram refuses a place, or, of a topic, only that topic, or forgets it. Writes only what is new. @returns the owners of those that changed */
  markUnreachable(place: Place, reason: string | undefined, isTopic?: boolean): Promise<readonly Account[]>;
  /** Looks at what is stored now: why it can't be read, or which entries make no sense. */
  check(): Promise<Problem | undefined>;
}
