import type { Context } from 'grammy';

/** A chat as a link stores it. */
export interface ChatFacts {
  readonly id: number;
  /** `private`, `group`, `supergroup` or `channel`. */
  readonly type: string;
  /** Its title, or the person's name. */
  readonly name: string;
}

/** The chat of an update. */
export function chatOf(ctx: Context & { chat: NonNullable<Context['chat']> }): ChatFacts {
  const { chat } = ctx;
  const person = [chat.first_name, chat.last_name].filter((name) => name !== undefined).join(' ');
  return { id: chat.id, type: chat.type, name: chat.title ?? (person || chat.username || String(chat.id)) };
}
