import type { JsonObject } from '../../../shared/json/json-object.ts';
import type { Chat, Link } from '../../ports.ts';
import { chatOf, fieldsOf, isoSeconds, isUid, isWhole, kindOf } from '../entries.ts';

function unreachableOf(value: unknown): Link['unreachable'] {
  const { since, reason } = fieldsOf(value) ?? {};
  return typeof since === 'string' && typeof reason === 'string' ? { since, reason } : undefined;
}

/** Why an entry cannot be served, as a clause that names the field; `undefined` when it can. */
export function faultOf(user: string, entry: unknown): string | undefined {
  const fields = fieldsOf(entry);
  if (fields === undefined) return `${user} is ${kindOf(entry)}, not an object`;
  if (!isWhole(fields.chat_id)) return `${user}.chat_id is ${describe(fields.chat_id)}, not a whole number`;
  const { thread_id } = fields;
  if (thread_id !== undefined && thread_id !== null && !(isWhole(thread_id) && thread_id > 0))
    return `${user}.thread_id is ${describe(thread_id)}, not the number of a topic`;
  // Without a readable uid it is unknown whose link it is.
  if (fields.uid !== undefined && !isUid(fields.uid))
    return `${user}.uid is ${describe(fields.uid)}, not an account's number`;
  return undefined;
}

const describe = (value: unknown) => (typeof value === 'number' ? String(value) : kindOf(value));

/** An entry's chat, or `undefined` when the entry cannot be served. */
export function chatIdOf(entry: unknown): number | undefined {
  if (faultOf('', entry) !== undefined) return undefined;
  const chatId = fieldsOf(entry)?.chat_id;
  return isWhole(chatId) ? chatId : undefined;
}

/** Reads an entry; `undefined` when it cannot be served. */
export function readLink(user: string, entry: unknown): Link | undefined {
  const chatId = chatIdOf(entry);
  if (chatId === undefined) return undefined;
  const {
    linked_at: linkedAt,
    uid,
    unreachable: refused,
    chat,
    thread_id,
    moved_from: movedFrom,
  } = fieldsOf(entry) ?? {};
  const unreachable = unreachableOf(refused);
  return {
    user,
    chatId,
    chat: chatOf(chatId, chat, thread_id),
    ...(typeof linkedAt === 'string' ? { linkedAt } : {}),
    ...(isUid(uid) ? { uid } : {}),
    ...(isWhole(movedFrom) ? { movedFrom } : {}),
    ...(unreachable === undefined ? {} : { unreachable }),
  };
}

/**
 * Whether an entry without a uid waits for the first account of its name. Another program wrote it; versions before 0.2
 * wrote one with a `chat` for a name that had no account, and whoever gets that name later must not inherit it.
 */
export function isUnclaimed(entry: unknown): boolean {
  const { uid, chat } = fieldsOf(entry) ?? {};
  const { type, name } = fieldsOf(chat) ?? {};
  return uid === undefined && !(typeof type === 'string' && typeof name === 'string');
}

/** Whether a link is an account's: its own, or one that it may claim. */
export function isTheirs(link: Link, uid: number, entry: unknown): boolean {
  return link.uid === uid || (link.uid === undefined && isUnclaimed(entry));
}

/** The entry of a new link; what other programs kept in the earlier entry stays. @param now milliseconds */
export function newEntry(earlier: unknown, uid: number, chat: Chat, now: number): JsonObject {
  const { unreachable: _refused, uid: _uid, moved_from: _moved, thread_id: _thread, ...kept } = fieldsOf(earlier) ?? {};
  return {
    ...kept,
    chat_id: chat.id,
    ...(chat.threadId !== undefined && { thread_id: chat.threadId }),
    linked_at: isoSeconds(now),
    uid,
    chat: { ...fieldsOf(kept.chat), type: chat.type, name: chat.name },
  };
}
