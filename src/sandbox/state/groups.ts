/** What people do in groups, forums and channels. Each sends the bot its updates. */
import { messageJson } from '../methods/message-json.ts';
import type { SandboxChat, SandboxUser } from '../model.ts';
import { findEntities } from '../text/detect/found.ts';
import { userOf } from './chats.ts';
import { type AdminRights, pushStanding, type Standing } from './standings.ts';
import type { SandboxState } from './state.ts';
import { GENERAL } from './topics.ts';

/** Who acts where nobody is named. */
const OWNER = 1001;
/** Every right that the sandbox checks. */
const ALL_RIGHTS: Required<AdminRights> = {
  can_post_messages: true,
  can_delete_messages: true,
  can_manage_topics: true,
};

/** @see createSandboxGroups */
export interface SandboxGroups {
  /** Creates a supergroup with topics, or gives a supergroup topics. The bot is a member. */
  forum(chatId: number, title?: string): SandboxChat;
  /** Begins a topic of a forum. @returns its id */
  addTopic(chatId: number, name: string): number;
  /** Only administrators may write to it: 400 `TOPIC_CLOSED` for others. Without an id the topic General. */
  closeTopic(chatId: number, threadId?: number): void;
  reopenTopic(chatId: number, threadId?: number): void;
  /** It is gone with its messages: 400 `message thread not found` from now on. */
  deleteTopic(chatId: number, threadId: number): void;
  /** Creates a channel, of which the bot is no member yet. @param username makes it public */
  channel(chatId: number, title?: string, username?: string): SandboxChat;
  /** Gives a group a public name, by which strangers find and join it. */
  publish(chatId: number, username: string): void;
  /** Makes the bot a member of a group, or an administrator; of a channel always the latter, with all rights unless given. */
  admit(chatId: number, as?: 'member' | 'administrator', rights?: AdminRights): void;
  /** Posts to a channel: `channel_post`, which only an administrator gets. @returns the update's number */
  post(chatId: number, text: string): number;
  /**
   * Reacts to a message; in a group only an administrator gets that.
   * @param emoji none to take the reaction back
   * @returns the update's number @throws Error if there is no such message
   */
  react(chatId: number, messageId: number, emoji?: string, from?: Partial<SandboxUser>): number;
}

/** Creates the actions on a state. */
export function createSandboxGroups(state: SandboxState): SandboxGroups {
  const { chats, topics, standings, log, updates } = state;

  function setStanding(chat: SandboxChat, standing: Standing): void {
    const before = standings.of(chat);
    standings.set(chat.id, standing);
    pushStanding(state, chat, before, userOf(OWNER));
  }

  /** A message that Telegram writes itself. */
  function service(chatId: number, method: string, threadId?: number) {
    return log.add({
      at: state.now(),
      from: 'user',
      sender: userOf(OWNER),
      method,
      chat_id: chatId,
      ...(threadId !== undefined && { message_thread_id: threadId }),
      entities: [],
      silent: false,
    });
  }

  function changeTopic(chatId: number, threadId: number, closed: boolean): void {
    topics.change(chatId, threadId, { closed });
    const kind = `${threadId === GENERAL ? 'general_' : ''}forum_topic_${closed ? 'closed' : 'reopened'}`;
    const message = service(chatId, kind, threadId === GENERAL ? undefined : threadId);
    updates.push({ message: { ...messageJson(state, message), [kind]: {} } });
  }

  return {
    forum(chatId, title) {
      chats.open(chatId, undefined, title);
      if (topics.get(chatId, GENERAL) === undefined) {
        // Takes the message id that is General's as a topic.
        service(chatId, 'supergroup_chat_created');
        topics.add(chatId, GENERAL, 'General');
      }
      return chats.describe(chatId, { type: 'supergroup', is_forum: true, ...(title !== undefined && { title }) });
    },
    addTopic(chatId, name) {
      if (chats.get(chatId)?.is_forum !== true) throw new Error(`Chat ${chatId} is no forum.`);
      const began = service(chatId, 'forum_topic_created');
      const id = began.message_id;
      topics.add(chatId, id, name);
      const message = messageJson(state, { ...began, message_thread_id: id });
      updates.push({ message: { ...message, forum_topic_created: { name, icon_color: 7322096 } } });
      return id;
    },
    closeTopic: (chatId, threadId = GENERAL) => changeTopic(chatId, threadId, true),
    reopenTopic: (chatId, threadId = GENERAL) => changeTopic(chatId, threadId, false),
    deleteTopic(chatId, threadId) {
      topics.change(chatId, threadId, { deleted: true });
      for (const message of log.all()) {
        if (message.chat_id === chatId && message.message_thread_id === threadId) log.remove(message);
      }
    },
    channel(chatId, title, username) {
      chats.open(chatId, undefined, title ?? `Channel ${-chatId}`);
      return chats.describe(chatId, { type: 'channel', ...(username !== undefined && { username }) });
    },
    publish: (chatId, username) => void chats.describe(chatId, { username }),
    admit(chatId, as = 'member', rights = ALL_RIGHTS) {
      const chat = chats.open(chatId);
      const isAdmin = as === 'administrator' || chat.type === 'channel';
      setStanding(chat, isAdmin ? { status: 'administrator', ...rights } : { status: 'member' });
    },
    post(chatId, text) {
      const chat = chats.open(chatId);
      if (chat.type !== 'channel') throw new Error(`Chat ${chatId} is no channel.`);
      const message = log.add({
        at: state.now(),
        from: 'user',
        method: 'post',
        chat_id: chatId,
        text,
        entities: findEntities(text),
        silent: false,
      });
      const isAdmin = standings.of(chat).status === 'administrator';
      return isAdmin ? updates.push({ channel_post: messageJson(state, message) }) : 0;
    },
    react(chatId, messageId, emoji, from) {
      const message = log.get(chatId, messageId);
      if (message === undefined) throw new Error(`Chat ${chatId} has no message ${messageId}.`);
      const chat = chats.open(chatId);
      if (chat.type !== 'private' && standings.of(chat).status !== 'administrator') return 0;
      return updates.push({
        message_reaction: {
          chat,
          message_id: messageId,
          user: { ...userOf(chatId > 0 ? chatId : (from?.id ?? OWNER)), ...from },
          date: Math.floor(state.now() / 1000),
          old_reaction: [],
          new_reaction: emoji === undefined ? [] : [{ type: 'emoji', emoji }],
        },
      });
    },
  };
}
