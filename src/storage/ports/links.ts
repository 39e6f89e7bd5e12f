import type { Problem } from '../../core/problem.ts';

/** A chat as it was when it asked to be linked. */
export interface Chat {
  readonly id: number;
  /** Telegram's word: `private`, `group`, `supergroup`, `channel`. https://core.telegram.org/bots/api#chat */
  readonly type: string;
  /** A person's or a group's name, for people to read. */
  readonly name: string;
  /** The topic of a forum that asked; absent for the chat as a whole. */
  readonly threadId?: number;
}

/** A user and their chat. */
export interface Link {
  readonly user: string;
  readonly chatId: number;
  /** ISO 8601; absent when another program wrote none. */
  readonly linkedAt?: string;
  /** The account that the link was made for; another person who gets the user name later does not inherit it. */
  readonly uid?: number;
  readonly chat: Chat;
  /** The id that the group had before Telegram gave it another; what was accepted under it still goes to this chat. */
  readonly movedFrom?: number;
  /** Set while Telegram refuses this chat. */
  readonly unreachable?: { readonly since: string; readonly reason: string };
}

/** A link that was made, or one that ended. */
export interface LinkChange {
  readonly user: string;
  readonly uid: number | undefined;
  /** `undefined` when it ended. */
  readonly made?: { readonly linkedAt: string; readonly chat: Chat };
}

/**
 * Who is linked to which chat. A link is durable before it is answered; one that makes no sense is reported, left as it
 * is, and does not affect the others. Every function that reads or changes throws Problem `links_unreadable` or
 * `storage`.
 */
export interface Links {
  /**
   * The link of `user`, whose account has `uid`; `undefined` as uid for a name that this host doesn't know. A link that
   * remembers another uid is not theirs. One that another program wrote without a uid is served for a name without an
   * account, and becomes that of the first account that is asked for, which is recorded.
   */
  find(user: string, uid: number | undefined): Promise<Link | undefined>;
  /** The names linked to a chat, whatever account they were made for: ask `find` before acting for one. */
  usersOf(chatId: number): Promise<readonly string[]>;
  /**
   * Links a user, instead of any earlier chat or topic of that name, which is returned as `former` when it is another, and
   * as `previous` too where it was the same account's.
   */
  link(user: string, uid: number, chat: Chat): Promise<{ linkedAt: string; former?: Chat; previous?: Chat }>;
  /** Ends a link and returns it; a link that makes no sense stays. */
  unlink(user: string): Promise<Link | undefined>;
  /** Remembers that Telegram refuses a chat for good, while the user is still linked to it. */
  markUnreachable(user: string, chatId: number, reason: string): Promise<void>;
  /** Forgets it, after something arrived. Writes only when there is something to forget. */
  clearUnreachable(user: string, chatId: number): Promise<void>;
  /** Lets a link be to its chat as a whole, where it still names this topic, which takes no message any more. */
  forgetTopic(user: string, chatId: number, threadId: number): Promise<void>;
  /** Follows a group that Telegram gave a new id; returns the users. https://core.telegram.org/bots/api#responseparameters */
  moveChat(from: number, to: number): Promise<readonly string[]>;
  /** Every link that makes sense. */
  all(): Promise<readonly Link[]>;
  /** How many there are, as last read. */
  count(): number;
  /** Looks at what is stored now: why it can't be read, or which links make no sense. */
  check(): Promise<Problem | undefined>;
}
