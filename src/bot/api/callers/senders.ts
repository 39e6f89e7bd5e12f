/** Who may send to a registered destination. */
import { type Account, isSameAccount } from '../../../core/account.ts';
import type { RegisteredDestination } from '../../../core/destination.ts';
import { Problem } from '../../../core/problem.ts';
import type { Accounts } from './accounts.ts';

/** What is asked of the host. */
export type KnownNames = Pick<Accounts, 'byName' | 'groupByName' | 'isMember'>;

const groupOf = (sender: string): string | undefined => (sender.startsWith('%') ? sender.slice(1) : undefined);

/**
 * Whether an account may send to a destination: its owner, and whom its senders name, by themselves or by a group.
 *
 * @throws Problem `accounts_unavailable`
 */
export async function maySend(
  account: Account,
  { owner, senders }: Pick<RegisteredDestination, 'owner' | 'senders'>,
  accounts: KnownNames,
): Promise<boolean> {
  if (isSameAccount(owner, account) || senders.includes('*') || senders.includes(account.user)) return true;
  for (const name of senders.flatMap((sender) => groupOf(sender) ?? [])) {
    const group = await accounts.groupByName(name);
    if (group !== undefined && (await accounts.isMember(account.user, group))) return true;
  }
  return false;
}

const isKnown = async (sender: string, accounts: KnownNames): Promise<boolean> => {
  if (sender === '*') return true;
  const group = groupOf(sender);
  return (await (group === undefined ? accounts.byName(sender) : accounts.groupByName(group))) !== undefined;
};

/**
 * Checks that this host has the accounts and groups that may send from now on: a name that it lacks is mistyped, or would
 * be that of whoever gets it later.
 *
 * @param field the field that names them
 * @throws Problem `bad_field`, `accounts_unavailable`
 */
export async function requireSenders(field: string, senders: readonly string[], accounts: KnownNames): Promise<void> {
  const unknown: string[] = [];
  for (const sender of new Set(senders)) if (!(await isKnown(sender, accounts))) unknown.push(sender);
  if (unknown.length === 0) return;
  const named = unknown.map((sender) => JSON.stringify(sender)).join(', ');
  throw new Problem('bad_field', `${field}: this host has no account or group ${named}; a group is written %group.`);
}
