/** The destinations that a caller may see, and those that they may change. */
import { type Account, type Caller, isSameAccount } from '../../../core/account.ts';
import type { RegisteredDestination } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import { didYouMean } from '../../../shared/text/did-you-mean.ts';
import { createSenderCheck, type KnownNames } from './senders.ts';

/** Those that an account owns or may send to. @throws Problem `accounts_unavailable` */
export async function visibleTo(
  account: Account,
  all: readonly RegisteredDestination[],
  accounts: KnownNames,
): Promise<readonly RegisteredDestination[]> {
  const visible: RegisteredDestination[] = [];
  const { maySend } = createSenderCheck(account, accounts);
  for (const one of all) if (await maySend(one)) visible.push(one);
  return visible;
}

/** Who wants to see or change destinations. */
export interface Actor {
  readonly account: Account;
  /** Sees and changes everybody's. */
  readonly trusted: boolean;
}

/** A trusted caller who names a user acts with that user's rights alone, as the dashboard does. @param account the one acted for */
export const actorOf = ({ trusted }: Caller, account: Account, wanted: string | undefined): Actor => ({
  account,
  trusted: trusted && wanted === undefined,
});

/**
 * A name that they know no destination of, with the one that was probably meant.
 *
 * @param all of which those are suggested that they may see
 */
export async function unknownDestination(
  name: string,
  { account, trusted }: Actor,
  all: readonly RegisteredDestination[],
  accounts: KnownNames,
): Promise<Problem> {
  const visible = trusted ? all : await visibleTo(account, all, accounts);
  const known = visible.map((one) => one.name);
  const meant = didYouMean(name, known);
  const hint = meant === undefined ? '' : ` Did you mean ${meant}?`;
  return new Problem('unknown_destination', `There is no destination named ${JSON.stringify(name)}.${hint}`);
}

/**
 * The destination that they want to change, which its owner and trusted users may.
 *
 * @throws Problem `unknown_destination`, `not_yours`, `accounts_unavailable`
 */
export async function requireOwn(
  name: string,
  actor: Actor,
  all: readonly RegisteredDestination[],
  accounts: KnownNames,
): Promise<RegisteredDestination> {
  const found = all.find((one) => one.name === name);
  if (found === undefined) throw await unknownDestination(name, actor, all, accounts);
  if (actor.trusted || isSameAccount(found.owner, actor.account)) return found;
  // Whose it is concerns those alone who may send there.
  const [isSeen] = await visibleTo(actor.account, [found], accounts);
  const whose = isSeen === undefined ? 'somebody else' : found.owner.user;
  throw new Problem('not_yours', `name: ${name} is a destination of ${whose}, who alone may change it.`);
}
