/** Actions of users: writing, pressing buttons, blocking, leaving. Each sends the bot its updates. */
import { randomInt } from 'node:crypto';
import { messageJson } from '../methods/message-json.ts';
import type { SandboxChat, SandboxUser } from '../model.ts';
import { findEntities } from '../text/detect/found.ts';
import { type ChatBar, userOf } from './chats.ts';
import { pushStanding } from './standings.ts';
import type { SandboxState } from './state.ts';

/** The default author in a group. */
const GROUP_MEMBER = 1001;
/** Pressed buttons that wait for the bot's answer; older ones can't be answered any more. */
const CALLBACKS_KEPT = 10_000;

/** @see createSandboxUsers */
export interface SandboxUsers {
  /** Adds a chat without a message. */
  open(chatId: number, from?: Partial<SandboxUser>, title?: string): SandboxChat;
  /**
   * Sends a message to the bot. Creates the chat at its first use; writing to a blocked bot ends the block.
   * @param threadId the topic of a forum, or the thread of replies in another group
   * @returns the update's number
   * @throws Error for an empty text, or a chat without the bot
   */
  say(chatId: number, text: string, from?: Partial<SandboxUser>, threadId?: number): number;
  /** Presses a button. @returns the update's number @throws Error if there is no such message */
  press(chatId: number, messageId: number, callbackData: string, from?: Partial<SandboxUser>): number;
  /** Presses the button beside a draft. @returns the update's number @throws Error if the latest one has none */
  stopDraft(chatId: number, draftId: number): number;
  /** The user blocks the bot: 403 from now on. */
  block(chatId: number): void;
  /** The user's account is deleted: 403 from now on. */
  deactivate(chatId: number): void;
  /** The chat becomes unknown: 400 from now on. */
  remove(chatId: number): void;
  /** The bot is removed from a group: 403 from now on. */
  kick(chatId: number): void;
  /**
   * The group becomes a supergroup: 400 with its new id from now on. It sends no service message; use `push` for that.
   */
  migrate(chatId: number, newId: number): void;
  /** Every message to the chat is refused with 400 and this reason from now on, such as `TOPIC_CLOSED`. */
  refuse(chatId: number, reason: string): void;
  /** Undoes each of these. */
  restore(chatId: number): void;
}

/** Creates the users' actions on a state. */
export function createSandboxUsers(state: SandboxState): SandboxUsers {
  function userFor(chatId: number, from: Partial<SandboxUser> | undefined): SandboxUser {
    const chat = state.chats.get(chatId);
    const user = userOf(chatId > 0 ? chatId : (from?.id ?? GROUP_MEMBER));
    const known = chat?.first_name === undefined ? {} : { first_name: chat.first_name };
    return { ...user, ...known, ...from };
  }

  function requirePart(chatId: number): void {
    const bar = state.chats.barOf(chatId);
    if (bar === 'blocked') restore(chatId);
    else if (bar !== undefined) {
      if (typeof bar === 'object' && 'refuses' in bar) return;
      const why = typeof bar === 'object' ? `is now ${bar.migratedTo}` : `is ${bar}`;
      throw new Error(`Chat ${chatId} ${why}: it can't reach the bot.`);
    }
  }

  function membership(chatId: number, status: 'member' | 'kicked'): void {
    const chat = state.chats.open(chatId);
    const before = state.standings.of(chat);
    state.standings.set(chatId, { status });
    pushStanding(state, chat, before, userFor(chatId, undefined));
  }

  function bar(chatId: number, how: ChatBar): void {
    state.chats.open(chatId);
    state.chats.bar(chatId, how);
    if (how === 'blocked' || how === 'kicked') membership(chatId, 'kicked');
  }

  function restore(chatId: number): void {
    const before = state.chats.barOf(chatId);
    state.chats.unbar(chatId);
    if (before === 'blocked' || before === 'kicked') membership(chatId, 'member');
  }

  function remember(callbackId: string, chatId: number): void {
    state.callbacks.set(callbackId, chatId);
    const [oldest] = state.callbacks.keys();
    if (state.callbacks.size > CALLBACKS_KEPT && oldest !== undefined) state.callbacks.delete(oldest);
  }

  return {
    open: (chatId, from, title) => state.chats.open(chatId, userFor(chatId, from), title),
    say(chatId, text, from, threadId) {
      if (text.trim() === '') throw new Error('A message needs some text.');
      requirePart(chatId);
      const sender = userFor(chatId, from);
      state.chats.open(chatId, sender);
      const message = state.log.add({
        at: state.now(),
        from: 'user',
        sender,
        method: 'say',
        chat_id: chatId,
        ...(threadId !== undefined && { message_thread_id: threadId }),
        text,
        entities: findEntities(text),
        silent: false,
      });
      return state.updates.push({ message: messageJson(state, message) });
    },
    press(chatId, messageId, callbackData, from) {
      const message = state.log.get(chatId, messageId);
      if (message === undefined) throw new Error(`Chat ${chatId} has no message ${messageId}.`);
      requirePart(chatId);
      const id = String(randomInt(10 ** 13, 10 ** 14));
      remember(id, chatId);
      return state.updates.push({
        callback_query: {
          id,
          from: userFor(chatId, from),
          message: messageJson(state, message),
          chat_instance: String(chatId),
          data: callbackData,
        },
      });
    },
    stopDraft(chatId, draftId) {
      const draft = state.drafts.all().findLast(({ chat_id, draft_id }) => chat_id === chatId && draft_id === draftId);
      if (draft?.can_stop !== true) throw new Error(`Chat ${chatId} has no draft ${draftId} that can be stopped.`);
      const chat = state.chats.open(chatId);
      return state.updates.push({ stopped_message_generation: { chat, draft_id: draftId } });
    },
    block: (chatId) => bar(chatId, 'blocked'),
    deactivate: (chatId) => bar(chatId, 'deactivated'),
    remove: (chatId) => bar(chatId, 'removed'),
    kick: (chatId) => bar(chatId, 'kicked'),
    migrate: (chatId, newId) => {
      bar(chatId, { migratedTo: newId });
      state.chats.open(newId);
    },
    refuse: (chatId, reason) => bar(chatId, { refuses: reason }),
    restore,
  };
}
