/**
 * What people chose for their own notifications: `people.json`, by account. A value that is no string counts as not set.
 */
import { join } from 'node:path';
import type { Account } from '../../../core/account.ts';
import { PERSON_SETTINGS, type PersonSettings } from '../../../core/people/settings.ts';
import { Problem } from '../../../core/problem.ts';
import { BOUNDS } from '../../bounds.ts';
import type { People } from '../../ports.ts';
import { createEntryStore, type Entries, fieldsOf, isUid } from '../entries.ts';

/** Where the settings are, and how many. */
export interface PeopleOptions {
  readonly dataDir: string;
  /** Accounts with settings at most; as many as the service keeps, unless given. */
  readonly most?: number;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

function settingsIn(entry: unknown): PersonSettings {
  const fields = fieldsOf(entry) ?? {};
  const given = PERSON_SETTINGS.flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' ? [[name, value] as const] : [];
  });
  return Object.fromEntries(given);
}

/** The uid in an entry; `undefined` where another program wrote none. */
function uidIn(entry: unknown): number | undefined {
  const uid = fieldsOf(entry)?.uid;
  return isUid(uid) ? uid : undefined;
}

/** An account's entry; none where its name was another account's before. */
function entryOf(entries: Entries, { user, uid: own }: Account): unknown {
  const entry = entries.get(user);
  const uid = uidIn(entry);
  return uid !== undefined && own !== undefined && uid !== own ? undefined : entry;
}

/** The entry with other settings, and the fields of other programs; `undefined` where nothing is left. */
function changedEntry(entry: unknown, uid: number | undefined, settings: PersonSettings): unknown {
  const kept = Object.entries(fieldsOf(entry) ?? {}).filter(
    ([name]) => name !== 'uid' && !(PERSON_SETTINGS as readonly string[]).includes(name),
  );
  const chosen = PERSON_SETTINGS.flatMap((name) => (settings[name] === undefined ? [] : [[name, settings[name]]]));
  if (kept.length + chosen.length === 0) return undefined;
  const number = uid ?? uidIn(entry);
  return Object.fromEntries([...(number === undefined ? [] : [['uid', number]]), ...kept, ...chosen]);
}

/** Opens the settings; touches nothing until first used. */
export function createPeople({ dataDir, most = BOUNDS.people, onProblem }: PeopleOptions): People {
  const store = createEntryStore(join(dataDir, 'people.json'), 'people_unreadable', onProblem);
  return {
    async find(account) {
      const entries = await store.read().catch(() => undefined);
      return entries === undefined ? {} : settingsIn(entryOf(entries, account));
    },
    change: (account, change) =>
      store.update((entries) => {
        const entry = entryOf(entries, account);
        const settings = change(settingsIn(entry));
        const changed = changedEntry(entry, account.uid, settings);
        const next = new Map(entries);
        if (changed === undefined) next.delete(account.user);
        else next.set(account.user, changed);
        if (next.size > most && next.size > entries.size) {
          throw new Problem(
            'too_many_settings',
            `${most} accounts have settings already, as many as this server keeps.`,
          );
        }
        return { next, result: settings };
      }),
    check: () => store.check(),
  };
}
