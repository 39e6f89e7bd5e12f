import type { Update } from 'grammy/types';

/** What an update is about: its chat, or the person when there is none. Updates of one key keep their order. */
export function keyOf(update: Update): number {
  const message = update.message ?? update.edited_message ?? update.callback_query?.message;
  const chat = message?.chat ?? update.my_chat_member?.chat;
  return chat?.id ?? update.callback_query?.from?.id ?? 0;
}

/** Handles updates: those of one chat one after the other, chats side by side. */
export interface Dispatcher {
  /** Queues an update; `handle` is called at once when its chat is idle. */
  dispatch(update: Update): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** @param handle must not throw */
export function createDispatcher(handle: (update: Update) => Promise<void>): Dispatcher {
  const chains = new Map<number, Promise<void>>();
  return {
    dispatch(update) {
      const key = keyOf(update);
      const before = chains.get(key);
      const task = before === undefined ? handle(update) : before.then(() => handle(update));
      const chain = task.finally(() => {
        if (chains.get(key) === chain) chains.delete(key);
      });
      chains.set(key, chain);
    },
    async idle() {
      while (chains.size > 0) await Promise.all(chains.values());
    },
  };
}
