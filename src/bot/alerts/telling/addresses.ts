/**
 * Resolves the addresses of rules: registered destinations, people, the person on call, members of a Unix group.
 *
 * Promise: an unresolvable address is reported; if all addresses of a group are unresolvable, the owner of its alerts
 * receives the message.
 */
import type { KnownAccount } from '../../../core/account.ts';
import { linkName, type Route, samePlace } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import type { Links } from '../../../storage/ports.ts';
import type { Accounts } from '../../api/callers/accounts.ts';
import type { RoutingServices } from '../../api/services.ts';
import type { Rules } from '../../rules/rules.ts';

/** Most members of one group to notify; for a larger group, use a channel. */
const MOST_MEMBERS = 50;
/** Concurrent account lookups: as many as one program looks up. */
const AT_ONCE = 32;

/** An unresolvable address, and the reason as a sentence. */
export interface Unresolved {
  readonly address: string;
  readonly reason: string;
}

/** @see createAddresses */
export interface Resolved {
  /** No place twice. */
  readonly routes: readonly Route[];
  readonly unresolved: readonly Unresolved[];
}

/** Dependencies of resolving. */
export interface AddressParts {
  readonly route: RoutingServices['route'];
  readonly links: Pick<Links, 'all'>;
  readonly accounts: Pick<Accounts, 'groupByName' | 'isMember'>;
  readonly rules: () => Rules;
}

/**
 * Resolves addresses at a point in time.
 *
 * @param owner whose alerts they are
 * @param asOwner with the owner's right to send only: the owner, not the rules, named them
 * @param now ms since 1970
 * @throws Problem for temporary errors: `accounts_unavailable`, `links_unreadable`, `destinations_unreadable`, `storage`
 */
export type ResolveAddresses = (
  addresses: readonly string[],
  owner: KnownAccount,
  how: { readonly asOwner: boolean; readonly now: number },
) => Promise<Resolved>;

/** Codes that mean unresolvable; others mean that it can't be determined now. */
const NOWHERE: ReadonlySet<string> = new Set(['unknown_destination', 'not_linked', 'not_a_sender', 'bad_field']);

const linkedNames = async (links: Pick<Links, 'all'>) => [...new Set((await links.all()).map(({ user }) => user))];

/** Creates the function. */
export function createAddresses({ route, links, accounts, rules }: AddressParts): ResolveAddresses {
  async function members(name: string): Promise<readonly string[]> {
    const group = await accounts.groupByName(name);
    if (group === undefined) throw new Problem('unknown_destination', `this host has no group ${name}.`);
    const found: string[] = [];
    const names = await linkedNames(links);
    for (let begin = 0; begin < names.length && found.length < MOST_MEMBERS; begin += AT_ONCE) {
      const some = names.slice(begin, begin + AT_ONCE);
      const isIn = await Promise.all(some.map((user) => accounts.isMember(user, group)));
      found.push(...some.filter((_, index) => isIn[index]));
    }
    if (found.length === 0) throw new Problem('not_linked', `no member of the group ${name} is linked to a chat.`);
    return found.slice(0, MOST_MEMBERS).map(linkName);
  }

  function onCall(rotation: string, now: number): readonly string[] {
    const people = rules().onCall(rotation, now)?.people ?? [];
    if (people.length > 0) return people.map(linkName);
    throw new Problem('unknown_destination', `nobody is on call in the rotation ${rotation}.`);
  }

  /** The destinations of an address; `undefined` for the owner's own link. */
  async function expand(address: string, now: number): Promise<readonly string[] | undefined> {
    if (address === 'owner') return undefined;
    if (address.startsWith('%')) return members(address.slice(1));
    return address.startsWith('rotation:') ? onCall(address.slice('rotation:'.length), now) : [address];
  }

  return async (addresses, owner, { asOwner, now }) => {
    const routes: Route[] = [];
    const unresolved: Unresolved[] = [];
    const sender = { account: owner, trusted: !asOwner };

    async function take(address: string, find: () => Promise<readonly Route[]>): Promise<void> {
      try {
        for (const one of await find()) {
          if (!routes.some(({ destination }) => samePlace(destination, one.destination))) routes.push(one);
        }
      } catch (error) {
        if (!(error instanceof Problem) || !NOWHERE.has(error.code)) throw error;
        unresolved.push({ address, reason: error.message.replace(/^to: /, '') });
      }
    }

    async function takeAll(address: string): Promise<void> {
      let names: readonly string[] | undefined = [];
      await take(address, async () => {
        names = await expand(address, now);
        return names === undefined ? route(sender) : [];
      });
      for (const name of names ?? []) await take(name, () => route(sender, [name]));
    }

    for (const address of new Set(addresses)) await takeAll(address);
    if (routes.length === 0 && addresses.length > 0) await take('owner', () => route(sender));
    return { routes, unresolved };
  };
}
