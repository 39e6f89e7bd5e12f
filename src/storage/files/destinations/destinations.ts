/**
 * Registered groups, channels and topics: `destinations.json`. Other programs may change it under the same lock; their
 * keys stay.
 */
import { join } from 'node:path';
import { type Account, isSameAccount } from '../../../core/account.ts';
import { groupPartOf, type RegisteredDestination } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import { BOUNDS, type DestinationBounds } from '../../bounds.ts';
import type { Destinations, Place } from '../../ports.ts';
import { createEntryStore, type Entries, isoSeconds } from '../entries.ts';
import { faultOf, readDestination, writeDestination } from './destination-entry.ts';

export interface DestinationsOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** What the service uses, unless given. */
  readonly bounds?: DestinationBounds;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

const NAMED_FAULTS = 3;

const isAt = ({ chatId, threadId }: Place, place: Place) => chatId === place.chatId && threadId === place.threadId;

/** A public name is of one chat at a time: what is known last is true, and an earlier holder has it no more. */
const withoutUsername = (one: RegisteredDestination, chatId: number, username: string | undefined) => {
  if (username === undefined || one.chatId === chatId || one.username?.toLowerCase() !== username.toLowerCase())
    return undefined;
  const { username: _, ...rest } = one;
  return rest;
};

/** Only a group without topics gets a new id: it becomes a supergroup. https://core.telegram.org/api/channel#migration */
const moved = (one: RegisteredDestination, chatId: number): RegisteredDestination => ({
  ...one,
  chatId,
  movedFrom: one.chatId,
  type: 'supergroup',
});

/** Entries that were read already: each request may ask for all of them. */
const known = new WeakMap<Entries, readonly RegisteredDestination[]>();

function everyOne(entries: Entries): readonly RegisteredDestination[] {
  const all = known.get(entries) ?? [...entries].flatMap(([name, entry]) => readDestination(name, entry) ?? []);
  known.set(entries, all);
  return all;
}

/** A group's name and those of its topics: of `ops` and `ops/disks` all that begin with `ops`. */
function relativesOf(entries: Entries, name: string): readonly string[] {
  const group = groupPartOf(name);
  return [...entries.keys()].filter((other) => other === group || other.startsWith(`${group}/`));
}

/** @throws Problem `destination_taken`, `too_many_destinations` */
function requireRoom(entries: Entries, name: string, owner: Account, bounds: DestinationBounds): void {
  const earlier = readDestination(name, entries.get(name));
  const isTaken = relativesOf(entries, name).some((relative) => {
    const registered = readDestination(relative, entries.get(relative));
    return registered === undefined || !isSameAccount(registered.owner, owner);
  });
  if (isTaken) {
    // Which names below it there are concerns those alone who may send there.
    const taken = `${groupPartOf(name)} and all names that begin with ${groupPartOf(name)}/ belong to somebody else`;
    throw new Problem('destination_taken', `name: ${taken}; choose another name.`);
  }
  if (earlier !== undefined) return;
  const own = everyOne(entries).filter((one) => isSameAccount(one.owner, owner)).length;
  if (own >= bounds.account) {
    throw new Problem(
      'too_many_destinations',
      `You have ${own} destinations, the most there may be: remove one first.`,
    );
  }
  if (entries.size >= bounds.overall) {
    throw new Problem('too_many_destinations', 'This server has reached its limit of destinations.');
  }
}

/** Opens the destinations; touches nothing until first asked. */
export function createDestinations(options: DestinationsOptions): Destinations {
  const { dataDir, now, bounds = BOUNDS.destinations, onProblem } = options;
  const path = join(dataDir, 'destinations.json');
  const store = createEntryStore(path, 'destinations_unreadable', onProblem);
  const all = async () => everyOne(await store.read());

  /** Replaces those destinations for which `change` gives another one. @returns the new ones */
  const replace = (change: (destination: RegisteredDestination) => RegisteredDestination | undefined) =>
    store.update((entries) => {
      const changed = everyOne(entries).flatMap((one) => change(one) ?? []);
      const written = changed.map((one) => [one.name, writeDestination(entries.get(one.name), one)] as const);
      return { next: changed.length > 0 ? new Map([...entries, ...written]) : undefined, result: changed };
    });

  return {
    all,
    find: async (name) => (await all()).find((one) => one.name === name),
    async withUsername(username) {
      const wanted = username.toLowerCase();
      return (await all()).filter((one) => one.threadId === undefined && one.username?.toLowerCase() === wanted);
    },
    at: async (place) => (await all()).filter((one) => isAt(one, place)),
    register: (destination) =>
      store.update((entries) => {
        const { name, owner } = destination;
        requireRoom(entries, name, owner, bounds);
        const before = readDestination(name, entries.get(name));
        const senders = before?.senders ?? [];
        const registered = { linkedAt: isoSeconds(now()), senders, ...destination };
        const next = new Map(entries);
        for (const one of everyOne(entries)) {
          const changed = withoutUsername(one, registered.chatId, registered.username);
          if (changed !== undefined) next.set(one.name, writeDestination(entries.get(one.name), changed));
        }
        next.set(name, writeDestination(entries.get(name), registered));
        return { next, result: { now: registered, before } };
      }),
    requireFree: async (name, owner) => requireRoom(await store.read(), name, owner, bounds),
    remove: (name) =>
      store.update((entries) => {
        const result = readDestination(name, entries.get(name));
        const next = new Map(entries);
        next.delete(name);
        return { next: result && next, result };
      }),
    async setSenders(name, change) {
      const [changed] = await replace((one) => {
        if (one.name !== name) return undefined;
        const senders = [...new Set(change(one.senders))];
        if (senders.length > bounds.senders) {
          throw new Problem('too_many_destinations', `senders: at most ${bounds.senders} names; use a %group.`);
        }
        return { ...one, senders };
      });
      return changed;
    },
    async moveChat(from, to) {
      if (from === to || !(await all()).some(({ chatId }) => chatId === from)) return [];
      const changed = await replace((one) => (one.chatId === from ? moved(one, to) : undefined));
      return changed.map(({ name }) => name);
    },
    async describeChat(chatId, { type, title, username }) {
      const isNews = (one: RegisteredDestination) =>
        one.chatId === chatId && (one.type !== type || one.title !== title || one.username !== username);
      if (!(await all()).some(isNews)) return [];
      const changed = await replace((one) => {
        if (!isNews(one)) return withoutUsername(one, chatId, username);
        const { username: _earlier, ...rest } = one;
        return { ...rest, type, title, ...(username !== undefined && { username }) };
      });
      return changed.map(({ name }) => name);
    },
    async markUnreachable(place, reason, isTopic = false) {
      const isNews = (one: RegisteredDestination) =>
        isAt(one, place) &&
        (one.unreachable?.reason !== reason ||
          (reason !== undefined && (one.unreachable?.isTopic ?? false) !== isTopic));
      if (!(await all()).some(isNews)) return [];
      const changed = await replace((one) => {
        if (!isNews(one)) return undefined;
        const { unreachable, ...rest } = one;
        if (reason === undefined) return rest;
        const since = unreachable?.since ?? isoSeconds(now());
        return { ...rest, unreachable: { since, reason, ...(isTopic && { isTopic: true as const }) } };
      });
      return changed.map(({ owner }) => owner);
    },
    async check() {
      const problem = await store.check();
      if (problem !== undefined) return problem;
      const faults = [...(await store.read())].flatMap(([name, entry]) => faultOf(name, entry) ?? []);
      if (faults.length === 0) return undefined;
      const named = faults.slice(0, NAMED_FAULTS).join('; ');
      const more = faults.length > NAMED_FAULTS ? `; and ${faults.length - NAMED_FAULTS} more` : '';
      return new Problem(
        'destinations_unreadable',
        `${path}: ${named}${more}; these are passed over, all others are served.`,
      );
    },
  };
}
