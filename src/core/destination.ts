import type { Account, KnownAccount } from './account.ts';

/** A place where a message can go: the chat of a person's link, a group, a channel, a topic of a forum. */
export interface Destination {
  /** What people call it: `user:alice` for the chat of a person's link. */
  readonly name: string;
  /** Telegram's id of the chat: positive for a person's, negative for a group's. https://core.telegram.org/bots/api#chat */
  readonly chatId: number;
  /** The topic, in a forum. https://core.telegram.org/bots/api#forumtopic */
  readonly threadId?: number;
}

/** The name of the chat that a person is linked to. */
export const linkName = (user: string): string => `user:${user}`;

/** The chat that a person is linked to. @param threadId its topic, where the link names one */
export const linkedChat = (user: string, chatId: number, threadId?: number): Destination => ({
  name: linkName(user),
  chatId,
  ...(threadId !== undefined && { threadId }),
});

/** The topic General of every forum, which no call and no message names. https://core.telegram.org/api/forum */
const GENERAL_TOPIC = 1;

/** A topic's id as calls take it; `undefined` for General, and for what is no topic's id. */
export function topicOf(threadId: unknown): number | undefined {
  const isTopic = typeof threadId === 'number' && Number.isSafeInteger(threadId) && threadId > GENERAL_TOPIC;
  return isTopic ? threadId : undefined;
}

/** The person whose link a destination is, by its name; `undefined` for a registered one. */
export const personOf = (name: string): string | undefined =>
  name.startsWith('user:') ? name.slice('user:'.length) : undefined;

/** Where a notification goes. */
export interface Route {
  readonly destination: Destination;
  /** Whose link it is; absent for a registered destination. */
  readonly person?: Account;
}

/** Whether two destinations are the same place, whatever they are called. */
export function samePlace(one: Destination, other: Destination): boolean {
  return one.chatId === other.chatId && one.threadId === other.threadId;
}

/** Whether two chats are the same place: the same chat, and the same topic of it or none. */
export function isSameChat(
  one: { readonly id: number; readonly threadId?: number },
  other: { readonly id: number; readonly threadId?: number },
): boolean {
  return one.id === other.id && one.threadId === other.threadId;
}

/** A group, a channel or a topic of a forum that somebody registered, so that others can send there by its name. */
export interface RegisteredDestination extends Destination {
  /** Whose it is: they may change and remove it. */
  readonly owner: Account;
  /** Who may send there besides its owner and trusted users: user names, `%group` for a group of the host, `*` for all. */
  readonly senders: readonly string[];
  /** Telegram's word: `group`, `supergroup`, `channel`. https://core.telegram.org/bots/api#chat */
  readonly type: string;
  /** What the group or channel is called in Telegram. */
  readonly title: string;
  /** Its public name in Telegram, without `@`. */
  readonly username?: string;
  /** The id that the group had before Telegram gave it another; what was accepted under it still goes there. */
  readonly movedFrom?: number;
  /** ISO 8601; absent where another program wrote none. */
  readonly linkedAt?: string;
  /** Set while Telegram refuses it; `isTopic`: the topic alone, so that messages go to its group until it is registered again. */
  readonly unreachable?: { readonly since: string; readonly reason: string; readonly isTopic?: true };
}

/** Where messages for a registered destination go: to its group while its topic takes none. */
export function placeOf({ name, chatId, threadId, unreachable }: RegisteredDestination): Destination {
  const isInTopic = threadId !== undefined && unreachable?.isTopic !== true;
  return { name, chatId, ...(isInTopic && { threadId }) };
}

/** A destination that is to be registered: its place follows when somebody sends its code there. */
export interface Registration {
  readonly name: string;
  readonly owner: KnownAccount;
  /** Absent to keep those of an earlier registration of the name. */
  readonly senders?: readonly string[];
}

/** What a sender writes as a destination: a person, a registered place, or a place by its public name in Telegram. */
export type DestinationAddress =
  | { readonly kind: 'person'; readonly user: string }
  | { readonly kind: 'place'; readonly name: string }
  | { readonly kind: 'public'; readonly username: string };

const NAME = '[a-z][a-z0-9_-]{0,31}';
const PLACE_NAME = new RegExp(`^${NAME}(?:/${NAME})?$`);
/** https://telegram.org/faq#usernames-and-tme */
const PUBLIC_NAME = /^@([A-Za-z]\w{3,31})$/;
/** A name as useradd(8) takes it, with the letters, dots and `@` of directory services. */
const USER_NAME = /^[^\s/:%*,@][^\s/:%*,]{0,255}$/;

/** Whether a place may be registered under a name: `ops`, or `ops/disks` for a topic. */
export const isPlaceName = (text: string): boolean => PLACE_NAME.test(text);

/** The name that a topic's begins with, which belongs to the same account: `ops` of `ops/disks`. */
export const groupPartOf = (name: string): string => name.split('/', 1)[0] ?? name;

/** Whether a name is one of a topic: `ops/disks`. */
export const isTopicName = (name: string): boolean => name.includes('/');

/**
 * Reads what a sender wrote; `undefined` where it is no destination.
 *
 * @example addressOf('user:alice'), addressOf('ops/disks'), addressOf('@our_news')
 */
export function addressOf(text: string): DestinationAddress | undefined {
  const user = text.startsWith('user:') ? text.slice('user:'.length) : undefined;
  if (user !== undefined) return USER_NAME.test(user) ? { kind: 'person', user } : undefined;
  const username = PUBLIC_NAME.exec(text)?.[1];
  if (username !== undefined) return { kind: 'public', username };
  return isPlaceName(text) ? { kind: 'place', name: text } : undefined;
}

/** Whether a text can stand among the senders of a destination: `alice`, `%analysts`, `*`. */
export const isSender = (text: string): boolean => text === '*' || USER_NAME.test(text.replace(/^%/, ''));

/** Letters and digits that are hard to take for one another. https://www.crockford.com/base32.html */
const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** 40 random bits. */
const CODE_LENGTH = 8;
/** What people read into a code that has none of these letters. */
const MISREAD: Readonly<Record<string, string>> = { O: '0', I: '1', L: '1' };

/**
 * A code that registers a destination, as people write it.
 *
 * @param random 8 bytes that cannot be predicted
 * @example registrationCode(randomBytes(8)) // 'AB12-9KQ4'
 */
export function registrationCode(random: Uint8Array): string {
  const letters = [...random.subarray(0, CODE_LENGTH)].map((byte) => CODE_ALPHABET[byte % CODE_ALPHABET.length]);
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`;
}

/** Reads such a code in any case, with or without its hyphen; `undefined` for any other text. */
export function readRegistrationCode(text: string): string | undefined {
  const letters = text
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/[OIL]/g, (letter) => MISREAD[letter] ?? letter);
  return letters.length === CODE_LENGTH && [...letters].every((letter) => CODE_ALPHABET.includes(letter))
    ? letters
    : undefined;
}
