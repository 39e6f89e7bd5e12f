import type { SandboxMessage } from '../../../src/sandbox/model.ts';
import { MARK } from './messages.ts';

/** What arrived in Telegram, by chat and by mark. */
export interface Arrivals {
  /** Every message that holds a mark, oldest first. */
  of(mark: string): readonly SandboxMessage[];
  /** A chat's marks in the order in which each arrived first. */
  firsts(chatId: number): readonly string[];
  /** The messages of a chat. */
  inChat(chatId: number): readonly SandboxMessage[];
  readonly total: number;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Sorts what arrived. */
export function sortArrivals(messages: readonly SandboxMessage[]): Arrivals {
  const byMark = new Map<string, SandboxMessage[]>();
  const byChat = new Map<number, SandboxMessage[]>();
  const firsts = new Map<number, string[]>();
  for (const message of messages) {
    push(byChat, message.chat_id, message);
    for (const mark of new Set(`${message.text ?? ''} ${message.caption ?? ''}`.match(MARK) ?? [])) {
      if (!byMark.has(mark)) push(firsts, message.chat_id, mark);
      push(byMark, mark, message);
    }
  }
  return {
    of: (mark) => byMark.get(mark) ?? [],
    firsts: (chatId) => firsts.get(chatId) ?? [],
    inChat: (chatId) => byChat.get(chatId) ?? [],
    total: messages.length,
  };
}
