import type { Update } from 'grammy/types';

/** The chat of an update, or the person when it has no chat. Updates with the same key keep their order. */
export function keyOf(update: Update): number {
  const message = update.message ?? update.edited_message ?? update.channel_post ?? update.callback_query?.message;
  const { my_chat_member: member, message_reaction: reaction, stopped_message_generation: stopped } = update;
  const chat = message?.chat ?? member?.chat ?? reaction?.chat ?? stopped?.chat;
  return chat?.id ?? update.callback_query?.from?.id ?? 0;
}

/** Handles the updates of one chat one after the other, and chats concurrently. */
export interface Dispatcher {
  /** Adds an update; `handle` is called at once when its chat is idle. */
  dispatch(update: Update): void;
  /** How many updates of the same chat are under way or wait. */
  waiting(update: Update): number;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** @param handle must not throw */
export function createDispatcher(handle: (update: Update) => Promise<void>): Dispatcher {
  const chains = new Map<number, { readonly end: Promise<void>; readonly length: number }>();
  return {
    dispatch(update) {
      const key = keyOf(update);
      const before = chains.get(key);
      const task = before === undefined ? handle(update) : before.end.then(() => handle(update));
      const end = task.finally(() => {
        const { end: last = end, length = 1 } = chains.get(key) ?? {};
        if (length === 1) chains.delete(key);
        else chains.set(key, { end: last, length: length - 1 });
      });
      chains.set(key, { end, length: (before?.length ?? 0) + 1 });
    },
    waiting: (update) => chains.get(keyOf(update))?.length ?? 0,
    async idle() {
      while (chains.size > 0) await Promise.all([...chains.values()].map(({ end }) => end));
    },
  };
}
