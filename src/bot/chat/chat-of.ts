import type { Context } from 'grammy';
import { topicOf } from '../../core/destination.ts';
import type { ChatDescription, Place } from '../../storage/ports.ts';

/** A chat as a link stores it. */
export interface ChatFacts {
  readonly id: number;
  /** `private`, `group`, `supergroup` or `channel`. */
  readonly type: string;
  /** Its title, or the person's name. */
  readonly name: string;
  /** The topic, in a forum. */
  readonly threadId?: number;
}

/** What says in which topic a message stands. A thread of replies in a group without topics is none. */
interface InTopic {
  readonly is_topic_message?: boolean | undefined;
  readonly message_thread_id?: number | undefined;
}

/** The topic of a message; `undefined` outside of forums and in General. https://core.telegram.org/bots/api#message */
export const threadOf = (message: object | undefined): number | undefined => {
  const { is_topic_message: isTopic, message_thread_id: id } = (message ?? {}) as InTopic;
  return isTopic === true ? topicOf(id) : undefined;
};

/** A topic as an optional field. */
export const threadField = (threadId: number | undefined) => (threadId === undefined ? {} : { threadId });

/** The topic as calls take it. */
export const inThread = (threadId: number | undefined) =>
  threadId === undefined ? {} : { message_thread_id: threadId };

/** The chat of an update, and the topic that it stands in. */
export function chatOf(ctx: Context & { chat: NonNullable<Context['chat']> }): ChatFacts {
  const { chat } = ctx;
  const person = [chat.first_name, chat.last_name].filter((name) => name !== undefined).join(' ');
  const name = chat.title ?? (person || chat.username || String(chat.id));
  return { id: chat.id, type: chat.type, name, ...threadField(threadOf(ctx.msg)) };
}

/** The place of an update: its chat, and the topic that it stands in. */
export const placeOf = (ctx: Context & { chat: NonNullable<Context['chat']> }): Place => ({
  chatId: ctx.chat.id,
  ...threadField(threadOf(ctx.msg)),
});

/** What Telegram calls a group or channel. */
export function descriptionOf(chat: NonNullable<Context['chat']>): ChatDescription {
  const { type, username, title = username ?? String(chat.id) } = chat;
  return { type, title, ...(username !== undefined && { username }) };
}
