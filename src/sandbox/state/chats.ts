/** The chats, and the reasons why the bot can't write to them. */
import { ApiError, badRequest } from '../http/api-error.ts';
import { type ApiRequest, textOf } from '../http/fields.ts';
import type { SandboxChat, SandboxUser } from '../model.ts';

/** The reason why the bot can't write to a chat. */
export type ChatBar =
  | 'blocked'
  | 'deactivated'
  | 'removed'
  | 'kicked'
  | { readonly migratedTo: number }
  | { readonly refuses: string };

/** @see createChats */
export interface Chats {
  all(): readonly SandboxChat[];
  get(id: number): SandboxChat | undefined;
  /** The chat with this id, created if it is new. A private chat takes the name of `from`. */
  open(id: number, from?: SandboxUser, title?: string): SandboxChat;
  /** Changes what a chat is. @throws Error if there is no such chat */
  describe(id: number, change: Partial<Pick<SandboxChat, 'type' | 'title' | 'username' | 'is_forum'>>): SandboxChat;
  bar(id: number, bar: ChatBar): void;
  unbar(id: number): void;
  barOf(id: number): ChatBar | undefined;
  /** The chat of a call. @throws ApiError 400 or 403 with the server's wording */
  resolve(request: ApiRequest): SandboxChat;
}

/** Ids below this are supergroups. https://core.telegram.org/bots/api#chat */
const SUPERGROUPS_BELOW = -1_000_000_000_000;
const NAMES = ['Ada', 'Grace', 'Alan', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Dennis', 'Margaret', 'Ken'];

/** The default user of a private chat. */
export function userOf(id: number): SandboxUser {
  return { id, is_bot: false, first_name: NAMES[Math.abs(id) % NAMES.length] ?? 'Ada', language_code: 'en' };
}

function chatOf(id: number, from: SandboxUser | undefined, title: string | undefined): SandboxChat {
  if (id < 0) return { id, type: id < SUPERGROUPS_BELOW ? 'supergroup' : 'group', title: title ?? `Group ${-id}` };
  const user = from ?? userOf(id);
  return {
    id,
    type: 'private',
    first_name: user.first_name,
    ...(user.last_name === undefined ? {} : { last_name: user.last_name }),
    ...(user.username === undefined ? {} : { username: user.username }),
  };
}

function refusal(bar: ChatBar, chat: SandboxChat): ApiError {
  if (typeof bar === 'object' && 'refuses' in bar) return badRequest(bar.refuses);
  if (typeof bar === 'object') {
    return new ApiError(400, 'Bad Request: group chat was upgraded to a supergroup chat', {
      migrate_to_chat_id: bar.migratedTo,
    });
  }
  if (bar === 'blocked') return new ApiError(403, 'Forbidden: bot was blocked by the user');
  if (bar === 'deactivated') return new ApiError(403, 'Forbidden: user is deactivated');
  if (bar === 'kicked') return new ApiError(403, `Forbidden: bot was kicked from the ${chat.type} chat`);
  return badRequest('chat not found');
}

/**
 * Creates an empty set of chats.
 *
 * @param strict whether a chat must have been opened (by a message to the bot) before the bot may write to it
 * @param opened called for each new or changed chat
 */
export function createChats(strict: boolean, opened: (chat: SandboxChat) => void): Chats {
  const chats = new Map<number, SandboxChat>();
  const bars = new Map<number, ChatBar>();

  function open(id: number, from?: SandboxUser, title?: string): SandboxChat {
    const known = chats.get(id);
    if (known !== undefined) return known;
    const chat = chatOf(id, from, title);
    chats.set(id, chat);
    opened(chat);
    return chat;
  }

  /** The id of a public group or channel; NaN for none. A private chat can't be found by its name. */
  function publicId(name: string): number {
    const found = [...chats.values()].find(
      ({ type, username }) => type !== 'private' && username?.toLowerCase() === name.toLowerCase(),
    );
    return found?.id ?? Number.NaN;
  }

  return {
    all: () => [...chats.values()],
    get: (id) => chats.get(id),
    open,
    describe(id, change) {
      const chat = chats.get(id);
      if (chat === undefined) throw new Error(`There is no chat ${id}.`);
      const changed = { ...chat, ...change };
      chats.set(id, changed);
      opened(changed);
      return changed;
    },
    bar: (id, bar) => {
      bars.set(id, bar);
    },
    unbar: (id) => {
      bars.delete(id);
    },
    barOf: (id) => bars.get(id),
    resolve(request) {
      const text = textOf(request, 'chat_id').trim();
      if (text === '') throw badRequest('chat_id is empty');
      const id = text.startsWith('@') ? publicId(text.slice(1)) : Number(text);
      if (!Number.isSafeInteger(id) || id === 0) throw badRequest('chat not found');
      const bar = bars.get(id);
      if (bar !== undefined) throw refusal(bar, chats.get(id) ?? chatOf(id, undefined, undefined));
      if (strict && !chats.has(id)) throw badRequest('chat not found');
      return open(id);
    },
  };
}
