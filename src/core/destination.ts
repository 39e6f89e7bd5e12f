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

/** The chat that a person is linked to. */
export const linkedChat = (user: string, chatId: number): Destination => ({ name: linkName(user), chatId });

/** Whether two destinations are the same place, whatever they are called. */
export function samePlace(one: Destination, other: Destination): boolean {
  return one.chatId === other.chatId && one.threadId === other.threadId;
}
