/**
 * Finds where a notification goes, and whether its sender may send there. Nothing is stored here: the intake stores what
 * was found, all of it or nothing.
 */
import type { Account } from '../../core/account.ts';
import {
  addressOf,
  type DestinationAddress,
  linkedChat,
  linkName,
  placeOf,
  type RegisteredDestination,
  type Route,
  samePlace,
} from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import { didYouMean } from '../../shared/text/did-you-mean.ts';
import type { Destinations, Links } from '../../storage/ports.ts';
import type { Accounts } from '../api/callers/accounts.ts';
import { createSenderCheck, type SenderCheck } from '../api/callers/senders.ts';
import type { RoutingServices, Sender } from '../api/services.ts';

/** What the module needs. */
export interface RoutingParts {
  readonly links: Pick<Links, 'find'>;
  readonly destinations: Pick<Destinations, 'find' | 'withUsername' | 'all'>;
  readonly accounts: Pick<Accounts, 'byName' | 'groupsOf' | 'check'>;
}

/** A sender with the check of their rights. */
interface Checked extends Sender {
  readonly check: SenderCheck;
}

/** There is no such destination. */
class Unknown extends Error {
  readonly text: string;

  constructor(text: string) {
    super(text);
    this.text = text;
  }
}

/** Creates the routing. */
export function createRouting({ links, destinations, accounts }: RoutingParts): RoutingServices {
  async function ownLink(account: Account): Promise<Route | undefined> {
    const link = await links.find(account.user, account.uid);
    return link && { destination: linkedChat(account.user, link.chatId, link.chat.threadId), person: account };
  }

  function notLinked({ user }: Account): Problem {
    const how = 'send /start to the bot in Telegram, then run `notify-runner link CODE` with the code it answers';
    return new Problem('not_linked', `${user} is not linked to a Telegram chat: ${how}.`);
  }

  async function requireLink(account: Account): Promise<Route> {
    const own = await ownLink(account);
    if (own === undefined) throw notLinked(account);
    return own;
  }

  /** The first destination of some that the sender may send to. */
  async function firstAllowed(
    { trusted, check }: Checked,
    found: readonly RegisteredDestination[],
  ): Promise<RegisteredDestination | undefined> {
    if (trusted) return found[0];
    for (const one of found) if (await check.maySend(one)) return one;
    for (const one of found) await check.requireKnown(one);
    return undefined;
  }

  /** A destination that the sender may have meant, of those that they may send to: others are none of their business. */
  async function suggestion({ account, trusted, check }: Checked, text: string): Promise<string | undefined> {
    const known = [linkName(account.user)];
    for (const one of await destinations.all()) {
      if (!trusted && !(await check.maySend(one))) continue;
      known.push(one.name, ...(one.username === undefined ? [] : [`@${one.username}`]));
    }
    return text === account.user ? linkName(account.user) : didYouMean(text, known);
  }

  async function unknown(sender: Checked, text: string): Promise<Problem> {
    const meant = await suggestion(sender, text);
    const next = meant === undefined ? 'ask its owner for the name.' : `did you mean ${meant}?`;
    return new Problem('unknown_destination', `to: there is no destination ${text}; ${next}`);
  }

  async function personal({ account, trusted }: Checked, user: string): Promise<Route> {
    if (user === account.user) return requireLink(account);
    if (!trusted) {
      throw new Problem(
        'not_a_sender',
        `to: ${linkName(user)} is another person’s private chat, to which only they and trusted users may send; use a registered destination.`,
      );
    }
    const route = await ownLink({ user, uid: (await accounts.byName(user))?.uid });
    if (route !== undefined) return route;
    throw new Problem('unknown_destination', `to: ${user} is not linked to a Telegram chat.`);
  }

  async function registered(
    sender: Checked,
    text: string,
    address: Exclude<DestinationAddress, { kind: 'person' }>,
  ): Promise<Route> {
    const found =
      address.kind === 'public'
        ? await destinations.withUsername(address.username)
        : [await destinations.find(address.name)].flatMap((one) => one ?? []);
    if (found.length === 0) throw new Unknown(text);
    const allowed = await firstAllowed(sender, found);
    if (allowed !== undefined) return { destination: placeOf(allowed) };
    throw new Problem('not_a_sender', `to: you may not send to ${text}; its owner can allow it.`);
  }

  async function find(sender: Checked, text: string): Promise<Route> {
    const address = addressOf(text);
    if (address === undefined) throw new Problem('bad_field', `to: ${JSON.stringify(text)} is no destination.`);
    return address.kind === 'person' ? personal(sender, address.user) : registered(sender, text, address);
  }

  return {
    async requireRoute(account) {
      if ((await ownLink(account)) !== undefined) return;
      const check = createSenderCheck(account, accounts);
      for (const one of await destinations.all()) if (await check.maySend(one)) return;
      throw notLinked(account);
    },
    async route(sender, to) {
      if (to === undefined) return [await requireLink(sender.account)];
      const checked = { ...sender, check: createSenderCheck(sender.account, accounts) };
      // At once: fifty accounts of a directory are one question.
      const found = await Promise.allSettled([...new Set(to)].map((text) => find(checked, text)));
      const routes: Route[] = [];
      for (const one of found) {
        if (one.status === 'rejected') {
          const { reason } = one;
          // Alone: what was meant is looked for among all destinations.
          throw reason instanceof Unknown ? await unknown(checked, reason.text) : reason;
        }
        const { destination } = one.value;
        if (!routes.some((earlier) => samePlace(earlier.destination, destination))) routes.push(one.value);
      }
      return routes;
    },
  };
}
