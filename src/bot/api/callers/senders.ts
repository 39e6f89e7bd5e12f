/** Who may send to a registered destination. */
import { type Account, isSameAccount } from '../../../core/account.ts';
import type { RegisteredDestination } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import type { Accounts } from './accounts.ts';

/** What is asked of the host. */
export type KnownNames = Pick<Accounts, 'byName' | 'groupByName' | 'groupsOf' | 'check'>;

const groupOf = (sender: string): string | undefined => (sender.startsWith('%') ? sender.slice(1) : undefined);

/** What a destination says of who may send there. */
type Sendable = Pick<RegisteredDestination, 'owner' | 'senders'>;

/** Decides for one account. */
export interface SenderCheck {
  /** Whether the account may send there, as far as its groups are known now: its owner, and whom its senders name. */
  maySend(destination: Sendable): Promise<boolean>;
  /** @throws Problem `accounts_unavailable` where the account may be in a group that does not show now */
  requireKnown(destination: Sendable): Promise<void>;
}

/**
 * Makes the check for one account. What it costs depends on the account's own groups, and not on those that owners of
 * destinations name.
 */
export function createSenderCheck(account: Account, accounts: Pick<Accounts, 'groupsOf' | 'check'>): SenderCheck {
  let groups: Promise<ReadonlySet<string>> | undefined;
  const ownGroups = () => {
    groups ??= accounts.groupsOf(account.user).then((names) => new Set(names));
    return groups;
  };
  const groupsAmong = ({ senders }: Sendable) => senders.flatMap((sender) => groupOf(sender) ?? []);

  return {
    async maySend(destination) {
      const { owner, senders } = destination;
      if (isSameAccount(owner, account) || senders.includes('*') || senders.includes(account.user)) return true;
      const named = groupsAmong(destination);
      if (named.length === 0) return false;
      const own = await ownGroups();
      return named.some((group) => own.has(group));
    },
    async requireKnown(destination) {
      if (groupsAmong(destination).length === 0) return;
      const problem = await accounts.check();
      if (problem !== undefined) throw problem;
    },
  };
}

const isKnown = async (sender: string, accounts: KnownNames): Promise<boolean> => {
  if (sender === '*') return true;
  const group = groupOf(sender);
  return (await (group === undefined ? accounts.byName(sender) : accounts.groupByName(group))) !== undefined;
};

/** Names that are looked up at once: as many as one program looks up. A request with names that do not exist costs few. */
const AT_ONCE = 32;

/**
 * Checks that this host has the accounts and groups that may send from now on: a name that it lacks is mistyped, or would
 * be the next owner's of that name. The first of those that are missing are named.
 *
 * @param field the field that names them
 * @throws Problem `bad_field`, `accounts_unavailable`
 */
export async function requireSenders(field: string, senders: readonly string[], accounts: KnownNames): Promise<void> {
  const all = [...new Set(senders)];
  for (let begin = 0; begin < all.length; begin += AT_ONCE) {
    const some = all.slice(begin, begin + AT_ONCE);
    const known = await Promise.all(some.map((sender) => isKnown(sender, accounts)));
    const unknown = some.filter((_, index) => !known[index]);
    if (unknown.length === 0) continue;
    const named = unknown.map((sender) => JSON.stringify(sender)).join(', ');
    throw new Problem('bad_field', `${field}: this host has no account or group ${named}; a group is written %group.`);
  }
}
