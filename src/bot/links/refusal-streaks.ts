/** Recognizes chats that refuse every text, whatever reason Telegram gives for it. */
import type { Delivery } from '../../core/delivery/delivery.ts';

/** Different texts that a chat refuses in a row for the same reason; then the reason is the chat's. */
const STREAK = 3;
/** Chats whose refusals are counted. */
const MOST_CHATS = 1000;

/** @see createRefusalStreaks */
export interface RefusalStreaks {
  /** A delivery was refused for good. @returns whether its chat refuses every text for this reason */
  refused(delivery: Delivery<unknown>, reason: string): boolean;
  /** Something arrived in the chat. */
  arrived(chatId: number): void;
}

/** No chat has refused anything yet. Messages with files are not counted: their chat may take texts. */
export function createRefusalStreaks(): RefusalStreaks {
  const streaks = new Map<number, { readonly reason: string; readonly texts: Set<string> }>();
  return {
    refused({ destination: { chatId }, files, summary }, reason) {
      if (files.length > 0) return false;
      const known = streaks.get(chatId);
      const texts = known?.reason === reason ? known.texts : new Set<string>();
      // More of them prove no more.
      if (texts.size < STREAK) texts.add(`${summary.title ?? ''}\n${summary.text}`);
      streaks.delete(chatId);
      streaks.set(chatId, { reason, texts });
      const [oldest] = streaks.keys();
      if (streaks.size > MOST_CHATS && oldest !== undefined) streaks.delete(oldest);
      return texts.size >= STREAK;
    },
    arrived: (chatId) => void streaks.delete(chatId),
  };
}
