/** Who may see and change an alert: its owner, trusted users, its recipients, and senders of its destinations. */
import type { Account } from '../../../core/account.ts';
import type { Alert } from '../../../core/alerts/alert.ts';
import type { Recipients } from '../../../core/alerts/group.ts';
import { linkName, personOf } from '../../../core/destination.ts';
import type { Destinations } from '../../../storage/ports.ts';
import type { Accounts } from '../../api/callers/accounts.ts';
import { createSenderCheck } from '../../api/callers/senders.ts';
import type { Viewer } from '../../api/services/alerts.ts';
import type { AlertStore } from '../store/alert-store.ts';

/** The request. */
export interface VisibilityParts {
  readonly store: Pick<AlertStore, 'groups' | 'formerRecipients'>;
  readonly destinations: Pick<Destinations, 'find'>;
  readonly accounts: Pick<Accounts, 'groupsOf' | 'check'>;
}

/** Whether a viewer may see an alert. */
export type IsVisible = (alert: Alert) => boolean;

/** A link belongs to the account with its uid: a name may be reassigned to another person later. */
const isPerson = (person: Account | undefined, { user, uid }: Account) =>
  person !== undefined && person.user === user && (person.uid === undefined || person.uid === uid);

/** Looks up once what a viewer may see. @throws Problem `destinations_unreadable`, `accounts_unavailable` */
export async function visibleTo(parts: VisibilityParts, { account, trusted }: Viewer): Promise<IsVisible> {
  if (trusted) return () => true;
  const check = createSenderCheck(account, parts.accounts);
  const maySend = new Map<string, boolean>();

  async function isReader(name: string): Promise<boolean> {
    const known = maySend.get(name);
    if (known !== undefined) return known;
    const found = personOf(name) === undefined ? await parts.destinations.find(name) : undefined;
    const may = found !== undefined && (await check.maySend(found));
    maySend.set(name, may);
    return may;
  }

  const readable = new Set<string>();

  async function look(id: string, places: Recipients['places']): Promise<void> {
    for (const { name, person } of places) {
      if (readable.has(id)) return;
      const isOwn = name === linkName(account.user) && isPerson(person, account);
      if (isOwn || (await isReader(name))) readable.add(id);
    }
  }

  const { store } = parts;
  for (const { group } of store.groups()) {
    const notified = group.places.filter(({ state }) => state !== 'untold');
    await look(group.id, notified);
  }
  for (const [id, { places }] of store.formerRecipients()) await look(id, places);
  return ({ owner, groups }) => owner.uid === account.uid || groups.some((id) => readable.has(id));
}
