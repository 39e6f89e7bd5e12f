/**
 * Who is linked to which chat: `telegram_users.json`.
 *
 * Promises: a link is on disk before it is answered; what other programs write there counts at once; their keys stay;
 * an entry that makes no sense is reported, left as it is, and does not affect the others.
 */
import { join } from 'node:path';
import type { KnownAccount } from '../../../core/account.ts';
import { isSameChat } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import type { Link, LinkChange, Links } from '../../ports.ts';
import { createEntryStore, type Entries, fieldsOf, isoSeconds } from '../entries.ts';
import { chatIdOf, isTheirs, newEntry, readLink } from './link.ts';
import { buildIndex, type LinkIndex, patchIndex } from './link-index.ts';
import { type Changes, createUnreachableMarks } from './unreachable.ts';

export interface LinksOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for each new problem with the file or an entry. */
  readonly onProblem?: (problem: Problem) => void;
  /** Called for each link that was made or ended here. */
  readonly onChange?: (change: LinkChange) => void;
  /** Called for each link of another program's that was recorded as an account's. */
  readonly onClaim?: (account: KnownAccount) => void;
}

const NAMED_FAULTS = 3;
/** Milliseconds after a claim that could not be stored. */
const CLAIM_AGAIN_MS = 60_000;

function problemOf(path: string, { faults }: LinkIndex): Problem | undefined {
  if (faults.size === 0) return undefined;
  const named = [...faults.values()].slice(0, NAMED_FAULTS).join('; ');
  const more = faults.size > NAMED_FAULTS ? `; and ${faults.size - NAMED_FAULTS} more` : '';
  return new Problem('links_entry', `${path}: ${named}${more}; these are passed over, all others are served.`);
}

function usersLinkedTo(entries: Entries, chatId: number): string[] {
  const users: string[] = [];
  for (const [user, entry] of entries) if (chatIdOf(entry) === chatId) users.push(user);
  return users;
}

/** Opens the links; touches nothing until first asked. */
export function createLinks({ dataDir, now, onProblem, onChange, onClaim }: LinksOptions): Links {
  const path = join(dataDir, 'telegram_users.json');
  const store = createEntryStore(path, 'links_unreadable', onProblem);
  let index: LinkIndex | undefined;
  let building: { readonly of: Entries; readonly index: Promise<LinkIndex> } | undefined;
  let faults: Problem | undefined;
  let claimAgainAt = Number.NEGATIVE_INFINITY;

  function keep(next: LinkIndex): LinkIndex {
    index = next;
    const found = problemOf(path, next);
    if (found !== undefined && found.message !== faults?.message) onProblem?.(found);
    faults = found;
    return next;
  }

  async function current(): Promise<LinkIndex> {
    const entries = await store.read();
    if (index?.of === entries) return index;
    if (building?.of !== entries) {
      // A version that was replaced meanwhile still answers the callers that asked for it, and is not kept.
      const keepLatest = (built: LinkIndex) => (building?.of === entries ? keep(built) : built);
      building = { of: entries, index: buildIndex(entries).then(keepLatest) };
    }
    return building.index;
  }

  async function edit<R>(decide: (entries: Entries) => { changes: Changes; result: R }): Promise<R> {
    let made: { before: Entries; after: Entries; users: Iterable<string> } | undefined;
    const answer = await store.update((before) => {
      const { changes, result } = decide(before);
      if (changes.size === 0) return { next: undefined, result };
      const after = new Map(before);
      for (const [user, entry] of changes) {
        if (entry === undefined) after.delete(user);
        else after.set(user, entry);
      }
      made = { before, after, users: changes.keys() };
      return { next: after, result };
    });
    if (made !== undefined && index?.of === made.before) keep(patchIndex(index, made.after, made.users));
    return answer;
  }

  const editChat = (chatId: number, change: (entry: JsonObject) => JsonObject | undefined) =>
    edit((entries) => {
      const users = usersLinkedTo(entries, chatId);
      const changes = new Map(users.map((user) => [user, change(fieldsOf(entries.get(user)) ?? {})]));
      return { changes, result: users };
    });

  const find = async (user: string): Promise<Link | undefined> => readLink(user, (await current()).of.get(user));

  /** Records that an entry of another program's is an account's, so that no later one of that name inherits it. */
  async function claim(user: string, uid: number): Promise<Link | undefined> {
    let isNew = false;
    const link = await edit((entries) => {
      const entry = entries.get(user);
      const found = readLink(user, entry);
      if (found === undefined || !isTheirs(found, uid, entry)) return { changes: new Map(), result: undefined };
      if (found.uid !== undefined) return { changes: new Map(), result: found };
      isNew = true;
      return { changes: new Map([[user, { ...fieldsOf(entry), uid }]]), result: { ...found, uid } };
    });
    if (isNew) onClaim?.({ user, uid });
    return link;
  }

  return {
    async find(user, uid) {
      // Entry and link of one version: a claim may be made meanwhile.
      const entry = (await current()).of.get(user);
      const link = readLink(user, entry);
      if (link === undefined || uid === undefined) return link?.uid === undefined ? link : undefined;
      if (!isTheirs(link, uid, entry)) return undefined;
      if (link.uid !== undefined || now() < claimAgainAt) return link;
      return claim(user, uid).catch((error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        // A disk that takes nothing must not end links; the claim is tried again.
        claimAgainAt = now() + CLAIM_AGAIN_MS;
        return link;
      });
    },
    async usersOf(chatId) {
      return [...((await current()).usersByChat.get(chatId) ?? [])];
    },
    async link(user, uid, chat) {
      const result = await edit((entries) => {
        const time = now();
        const earlier = readLink(user, entries.get(user));
        const changes = new Map([[user, newEntry(entries.get(user), uid, chat, time)]]);
        if (earlier === undefined || isSameChat(earlier.chat, chat)) {
          return { changes, result: { linkedAt: isoSeconds(time) } };
        }
        // Another person may have had the name before: their chat is not named to this one.
        const isSame = isTheirs(earlier, uid, entries.get(user));
        const moved = { former: earlier.chat, ...(isSame ? { previous: earlier.chat } : {}) };
        return { changes, result: { linkedAt: isoSeconds(time), ...moved } };
      });
      onChange?.({ user, uid, made: { linkedAt: result.linkedAt, chat } });
      return result;
    },
    async unlink(user) {
      const ended = await edit((entries) => {
        const link = readLink(user, entries.get(user));
        return { changes: new Map(link === undefined ? [] : [[user, undefined]]), result: link };
      });
      if (ended !== undefined) onChange?.({ user, uid: ended.uid });
      return ended;
    },
    ...createUnreachableMarks({ find, edit, now }),
    moveChat: (from, to) =>
      from === to ? Promise.resolve([]) : editChat(from, (entry) => ({ ...entry, chat_id: to, moved_from: from })),
    all: async () => [...(await current()).of].flatMap(([user, entry]) => readLink(user, entry) ?? []),
    count: () => (index === undefined ? 0 : index.of.size - index.faults.size),
    async check() {
      const problem = await store.check();
      if (problem !== undefined) return problem;
      await current();
      return faults;
    },
  };
}
