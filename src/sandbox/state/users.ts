/** The people at the other end: what they write, press, block and leave, and the updates the bot gets for it. */
import { randomInt } from 'node:crypto';
import { messageJson } from '../methods/message-json.ts';
import type { SandboxChat, SandboxUser } from '../model.ts';
import { findEntities } from '../text/found.ts';
import { type ChatBar, userOf } from './chats.ts';
import type { SandboxState } from './state.ts';

/** Who speaks in a group when nobody is named. */
const GROUP_MEMBER = 1001;
/** Pressed buttons that still wait for the bot; older ones are too old to answer. */
const CALLBACKS_KEPT = 10_000;

/** @see createSandboxUsers */
export interface SandboxUsers {
  /** Opens a chat without a word, so that it stands in the list. */
  open(chatId: number, from?: Partial<SandboxUser>, title?: string): SandboxChat;
  /**
   * A message to the bot. The chat is made at its first use; writing to a bot one has blocked ends the block.
   * @returns the update's number
   * @throws Error for an empty text, or a chat the bot is no part of
   */
  say(chatId: number, text: string, from?: Partial<SandboxUser>): number;
  /** A pressed button. @returns the update's number @throws Error when there is no such message */
  press(chatId: number, messageId: number, callbackData: string, from?: Partial<SandboxUser>): number;
  /** The user blocks the bot: 403 from now on. */
  block(chatId: number): void;
  /** The user's account is deleted: 403 from now on. */
  deactivate(chatId: number): void;
  /** The chat is unknown: 400 from now on. */
  remove(chatId: number): void;
  /** The bot is thrown out of a group: 403 from now on. */
  kick(chatId: number): void;
  /** The group becomes a supergroup: 400 with its new id from now on. The service message is left to `push`. */
  migrate(chatId: number, newId: number): void;
  /** Undoes any of these. */
  restore(chatId: number): void;
}

/** Makes the people of a world. */
export function createSandboxUsers(world: SandboxState): SandboxUsers {
  function userFor(chatId: number, from: Partial<SandboxUser> | undefined): SandboxUser {
    const chat = world.chats.get(chatId);
    const user = userOf(chatId > 0 ? chatId : (from?.id ?? GROUP_MEMBER));
    const known = chat?.first_name === undefined ? {} : { first_name: chat.first_name };
    return { ...user, ...known, ...from };
  }

  function requirePart(chatId: number): void {
    const bar = world.chats.barOf(chatId);
    if (bar === 'blocked') restore(chatId);
    else if (bar !== undefined) {
      const why = typeof bar === 'object' ? `is now ${bar.migratedTo}` : `is ${bar}`;
      throw new Error(`Chat ${chatId} ${why}: nothing reaches the bot from there.`);
    }
  }

  function membership(chatId: number, status: 'member' | 'kicked'): void {
    const member = (word: string) => ({
      user: world.bot,
      status: word,
      ...(word === 'kicked' ? { until_date: 0 } : {}),
    });
    world.updates.push({
      my_chat_member: {
        chat: world.chats.open(chatId),
        from: userFor(chatId, undefined),
        date: Math.floor(world.now() / 1000),
        old_chat_member: member(status === 'member' ? 'kicked' : 'member'),
        new_chat_member: member(status),
      },
    });
  }

  function bar(chatId: number, how: ChatBar): void {
    world.chats.open(chatId);
    world.chats.bar(chatId, how);
    if (how === 'blocked' || how === 'kicked') membership(chatId, 'kicked');
  }

  function restore(chatId: number): void {
    const before = world.chats.barOf(chatId);
    world.chats.unbar(chatId);
    if (before === 'blocked' || before === 'kicked') membership(chatId, 'member');
  }

  function remember(callbackId: string, chatId: number): void {
    world.callbacks.set(callbackId, chatId);
    const [oldest] = world.callbacks.keys();
    if (world.callbacks.size > CALLBACKS_KEPT && oldest !== undefined) world.callbacks.delete(oldest);
  }

  return {
    open: (chatId, from, title) => world.chats.open(chatId, userFor(chatId, from), title),
    say(chatId, text, from) {
      if (text.trim() === '') throw new Error('A message needs some text.');
      requirePart(chatId);
      const sender = userFor(chatId, from);
      world.chats.open(chatId, sender);
      const message = world.log.add({
        at: world.now(),
        from: 'user',
        sender,
        method: 'say',
        chat_id: chatId,
        text,
        entities: findEntities(text),
        silent: false,
      });
      return world.updates.push({ message: messageJson(world, message) });
    },
    press(chatId, messageId, callbackData, from) {
      const message = world.log.get(chatId, messageId);
      if (message === undefined) throw new Error(`Chat ${chatId} has no message ${messageId}.`);
      requirePart(chatId);
      const id = String(randomInt(10 ** 13, 10 ** 14));
      remember(id, chatId);
      return world.updates.push({
        callback_query: {
          id,
          from: userFor(chatId, from),
          message: messageJson(world, message),
          chat_instance: String(chatId),
          data: callbackData,
        },
      });
    },
    block: (chatId) => bar(chatId, 'blocked'),
    deactivate: (chatId) => bar(chatId, 'deactivated'),
    remove: (chatId) => bar(chatId, 'removed'),
    kick: (chatId) => bar(chatId, 'kicked'),
    migrate: (chatId, newId) => {
      bar(chatId, { migratedTo: newId });
      world.chats.open(newId);
    },
    restore,
  };
}
