/** Which messages are for the bot at all. */
import type { Message } from 'grammy/types';

/** What a person sends. Any other message is a service message, such as one about a pinned message or a new title. */
const CONTENT = [
  'text',
  'photo',
  'video',
  'animation',
  'audio',
  'document',
  'voice',
  'video_note',
  'sticker',
  'location',
  'contact',
  'venue',
  'poll',
  'dice',
  'story',
  'paid_media',
  'game',
  'checklist',
  'live_photo',
  'invoice',
  'giveaway',
] as const;

/** Albums that are remembered; their pictures arrive within about a second of each other. */
const MOST_ALBUMS = 200;

/** Whether a message is something that a person sent, and not a service message of the chat. */
export function hasContent(message: Message): boolean {
  return CONTENT.some((kind) => kind in message);
}

/** Recognizes the further pictures of an album, each of which is a message of its own. */
export interface RecentAlbums {
  /** Whether an earlier message of the same album was seen; remembers it. */
  isKnown(chatId: number, album: string | undefined): boolean;
}

/** No album was seen yet. */
export function createRecentAlbums(): RecentAlbums {
  const seen = new Set<string>();
  return {
    isKnown(chatId, album) {
      if (album === undefined) return false;
      const key = `${chatId} ${album}`;
      if (seen.has(key)) return true;
      seen.add(key);
      const [oldest] = seen;
      if (seen.size > MOST_ALBUMS && oldest !== undefined) seen.delete(oldest);
      return false;
    },
  };
}
