/** The newest `keep` messages of all chats. */

import type { SandboxEvent, SandboxMessage } from '../model.ts';
import { createBoundedList } from './bounded-list.ts';

type Mutable = { -readonly [Key in keyof SandboxMessage]: SandboxMessage[Key] };

/** A message without its number. */
type NewMessage = Omit<SandboxMessage, 'message_id' | 'edits' | 'deleted'>;
/** The new content of an edited message; missing fields are removed. */
export type NewContent = Pick<SandboxMessage, 'text' | 'caption' | 'entities' | 'media' | 'reply_markup' | 'preview'>;

/** @see createMessageLog */
export interface MessageLog {
  add(message: NewMessage): SandboxMessage;
  get(chatId: number, messageId: number): SandboxMessage | undefined;
  edit(message: SandboxMessage, content: NewContent, at: number): SandboxMessage;
  remove(message: SandboxMessage): void;
  /** Sets the bot's reaction, or removes it. */
  react(message: SandboxMessage, emoji: string | undefined): void;
  /** Oldest first. */
  all(): readonly SandboxMessage[];
}

function replace(target: Mutable, content: NewContent): void {
  delete target.text;
  delete target.caption;
  delete target.media;
  delete target.reply_markup;
  delete target.preview;
  Object.assign(target, content);
}

/** Creates an empty log. @param emit called for every message, edit and removal */
export function createMessageLog(keep: number, emit: (event: SandboxEvent) => void): MessageLog {
  const list = createBoundedList<Mutable>(keep);
  const byKey = new Map<string, Mutable>();
  const keyOf = (chatId: number, messageId: number) => `${chatId}/${messageId}`;
  let nextId = 1;

  function own(message: SandboxMessage): Mutable | undefined {
    return byKey.get(keyOf(message.chat_id, message.message_id));
  }

  return {
    add(draft) {
      const message: Mutable = { ...draft, message_id: nextId++, edits: [], deleted: false };
      byKey.set(keyOf(message.chat_id, message.message_id), message);
      const dropped = list.add(message);
      if (dropped !== undefined) byKey.delete(keyOf(dropped.chat_id, dropped.message_id));
      emit({ type: 'message', message });
      return message;
    },
    get: (chatId, messageId) => {
      const message = byKey.get(keyOf(chatId, messageId));
      return message?.deleted === true ? undefined : message;
    },
    edit(message, content, at) {
      const target = own(message);
      if (target === undefined) return message;
      const { text, caption, entities, media, reply_markup } = target;
      const before = {
        entities,
        ...(text === undefined ? {} : { text }),
        ...(caption === undefined ? {} : { caption }),
        ...(media === undefined ? {} : { media }),
        ...(reply_markup === undefined ? {} : { reply_markup }),
      };
      target.edits = [...target.edits, { at, ...before }].slice(-100);
      replace(target, content);
      emit({ type: 'edit', message: target });
      return target;
    },
    remove(message) {
      const target = own(message);
      if (target === undefined) return;
      target.deleted = true;
      emit({ type: 'delete', message: target });
    },
    react(message, emoji) {
      const target = own(message);
      if (target === undefined) return;
      if (emoji === undefined) delete target.reaction;
      else target.reaction = emoji;
      emit({ type: 'reaction', message: target });
    },
    all: () => list.all(),
  };
}
