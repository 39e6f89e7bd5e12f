/** Every message of every chat, the newest `keep` of them. */

import type { SandboxEvent, SandboxMessage } from '../model.ts';
import { createBoundedList } from './bounded-list.ts';

type Changeable = { -readonly [Key in keyof SandboxMessage]: SandboxMessage[Key] };

/** A message before it has its number. */
type NewMessage = Omit<SandboxMessage, 'message_id' | 'edits' | 'deleted'>;
/** What an edit replaces; a missing field is taken away. */
export type NewContent = Pick<SandboxMessage, 'text' | 'caption' | 'entities' | 'reply_markup'>;

/** @see createMessageLog */
export interface MessageLog {
  add(message: NewMessage): SandboxMessage;
  get(chatId: number, messageId: number): SandboxMessage | undefined;
  edit(message: SandboxMessage, content: NewContent, at: number): SandboxMessage;
  remove(message: SandboxMessage): void;
  /** Oldest first. */
  all(): readonly SandboxMessage[];
}

function replace(target: Changeable, content: NewContent): void {
  delete target.text;
  delete target.caption;
  delete target.reply_markup;
  Object.assign(target, content);
}

/** Makes an empty log. @param emit told of every message, edit and removal */
export function createMessageLog(keep: number, emit: (event: SandboxEvent) => void): MessageLog {
  const list = createBoundedList<Changeable>(keep);
  const byKey = new Map<string, Changeable>();
  const keyOf = (chatId: number, messageId: number) => `${chatId}/${messageId}`;
  let nextId = 1;

  function own(message: SandboxMessage): Changeable | undefined {
    return byKey.get(keyOf(message.chat_id, message.message_id));
  }

  return {
    add(draft) {
      const message: Changeable = { ...draft, message_id: nextId++, edits: [], deleted: false };
      byKey.set(keyOf(message.chat_id, message.message_id), message);
      const gone = list.add(message);
      if (gone !== undefined) byKey.delete(keyOf(gone.chat_id, gone.message_id));
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
      const { text, caption, entities, reply_markup } = target;
      const before = {
        entities,
        ...(text === undefined ? {} : { text }),
        ...(caption === undefined ? {} : { caption }),
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
    all: () => list.all(),
  };
}
