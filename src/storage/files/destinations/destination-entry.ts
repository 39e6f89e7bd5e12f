/** An entry of `destinations.json`. */
import { isPlaceName, isSender, type RegisteredDestination } from '../../../core/destination.ts';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import { fieldsOf, isUid, isWhole, kindOf } from '../entries.ts';

/** Why an entry can't be served, a clause that names the field; `undefined` where it can. */
export function faultOf(name: string, entry: unknown): string | undefined {
  const fields = fieldsOf(entry);
  if (!isPlaceName(name)) return `${JSON.stringify(name)} is not a name such as ops or ops/disks`;
  if (fields === undefined) return `${name} is ${kindOf(entry)}, not an object`;
  const { chat_id, thread_id, owner, owner_uid, senders } = fields;
  if (!isWhole(chat_id)) return `${name}.chat_id is ${kindOf(chat_id)}, not a whole number`;
  if (thread_id !== undefined && thread_id !== null && !isWhole(thread_id))
    return `${name}.thread_id is ${kindOf(thread_id)}, not a whole number`;
  if (typeof owner !== 'string') return `${name}.owner is ${kindOf(owner)}, not a user name`;
  // Without a readable uid it is unknown whose it is.
  if (owner_uid !== undefined && !isUid(owner_uid))
    return `${name}.owner_uid is ${kindOf(owner_uid)}, not an account's number`;
  const isList = Array.isArray(senders) && senders.every((one) => typeof one === 'string' && isSender(one));
  if (senders !== undefined && !isList) return `${name}.senders is not a list of user names, %groups or *`;
  return undefined;
}

/** Reads an entry; `undefined` where it can't be served. */
export function readDestination(name: string, entry: unknown): RegisteredDestination | undefined {
  if (faultOf(name, entry) !== undefined) return undefined;
  const fields = fieldsOf(entry) ?? {};
  const { chat_id, thread_id, owner, owner_uid, senders, type, title, username } = fields;
  const { moved_from: movedFrom, linked_at, unreachable } = fields;
  const { since, reason, topic } = fieldsOf(unreachable) ?? {};
  if (!isWhole(chat_id) || typeof owner !== 'string') return undefined;
  return {
    name,
    chatId: chat_id,
    ...(isWhole(thread_id) && { threadId: thread_id }),
    owner: { user: owner, uid: isUid(owner_uid) ? owner_uid : undefined },
    senders: Array.isArray(senders) ? senders.map(String) : [],
    type: typeof type === 'string' ? type : 'group',
    title: typeof title === 'string' ? title : '',
    ...(typeof username === 'string' && username !== '' && { username }),
    ...(isWhole(movedFrom) && { movedFrom }),
    ...(typeof linked_at === 'string' && { linkedAt: linked_at }),
    ...(typeof since === 'string' &&
      typeof reason === 'string' && { unreachable: { since, reason, ...(topic === true && { isTopic: true }) } }),
  };
}

const unreachableFields = ({
  since,
  reason,
  isTopic,
}: NonNullable<RegisteredDestination['unreachable']>): JsonObject => ({
  since,
  reason,
  ...(isTopic && { topic: true }),
});

/** The entry of a destination; what other programs keep in the earlier one stays. */
export function writeDestination(earlier: unknown, destination: RegisteredDestination): JsonObject {
  const { unreachable: _refused, thread_id: _thread, moved_from: _moved, ...kept } = fieldsOf(earlier) ?? {};
  const { chatId, threadId, owner, senders, type, title, username, movedFrom, linkedAt, unreachable } = destination;
  return {
    ...kept,
    chat_id: chatId,
    ...(threadId !== undefined && { thread_id: threadId }),
    owner: owner.user,
    ...(owner.uid !== undefined && { owner_uid: owner.uid }),
    senders,
    type,
    title,
    username: username ?? null,
    ...(movedFrom !== undefined && { moved_from: movedFrom }),
    ...(linkedAt !== undefined && { linked_at: linkedAt }),
    ...(unreachable !== undefined && { unreachable: unreachableFields(unreachable) }),
  };
}
