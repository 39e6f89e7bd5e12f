import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Entries } from '../entries.ts';
import { chatIdOf, faultOf } from './link.ts';

/** What is worked out once for a version of the file, so that no question goes through all links. */
export interface LinkIndex {
  /** The version it was made for. */
  readonly of: Entries;
  readonly usersByChat: Map<number, string[]>;
  /** Users whose entry cannot be served, and why. */
  readonly faults: Map<string, string>;
}

/** A few milliseconds' worth of entries. */
const AT_ONCE = 5_000;

function add({ usersByChat, faults }: LinkIndex, user: string, entry: unknown): void {
  const chatId = chatIdOf(entry);
  if (chatId === undefined) {
    faults.set(user, faultOf(user, entry) ?? '');
    return;
  }
  const users = usersByChat.get(chatId);
  if (users === undefined) usersByChat.set(chatId, [user]);
  else users.push(user);
}

function remove({ usersByChat, faults }: LinkIndex, user: string, entry: unknown): void {
  faults.delete(user);
  const chatId = chatIdOf(entry);
  if (chatId === undefined) return;
  const others = (usersByChat.get(chatId) ?? []).filter((other) => other !== user);
  if (others.length > 0) usersByChat.set(chatId, others);
  else usersByChat.delete(chatId);
}

/** Goes through all links, leaving the event loop free in between. */
export async function buildIndex(entries: Entries): Promise<LinkIndex> {
  const index: LinkIndex = { of: entries, usersByChat: new Map(), faults: new Map() };
  let done = 0;
  for (const [user, entry] of entries) {
    add(index, user, entry);
    done += 1;
    if (done % AT_ONCE === 0) await nextTurn();
  }
  return index;
}

/** The index of the next version, which differs in the entries of `users`; takes the earlier index over. */
export function patchIndex(index: LinkIndex, next: Entries, users: Iterable<string>): LinkIndex {
  for (const user of users) {
    if (index.of.has(user)) remove(index, user, index.of.get(user));
    if (next.has(user)) add(index, user, next.get(user));
  }
  return { ...index, of: next };
}
