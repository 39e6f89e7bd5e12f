/** The sysadmin's requests for machine keys, on the host socket. Who asks is checked before. */
import { addressOf, personOf } from '../../core/destination.ts';
import { Problem } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import { isKeyName, type MachineKey } from './machine-key.ts';
import type { MachineKeys } from './machine-keys.ts';

export interface KeyRequests {
  list(): object;
  /**
   * Makes a key: `name`, `owner`, `to`, `signed`.
   *
   * @throws Problem `bad_field`, `unknown_account`, `unknown_destination`, `key_taken`, `too_many_keys`, `storage`;
   *   `accounts_unavailable`; `no_service` where the bot can't say whether the owner may send there
   */
  add(query: URLSearchParams): Promise<object>;
  /** @throws Problem `unknown_key`, `storage` */
  remove(query: URLSearchParams): Promise<object>;
}

const listed = ({ name, owner, to, secret, createdAt, usedOn }: MachineKey) => ({
  name,
  owner,
  ...(to !== undefined && { to }),
  signed: secret !== undefined,
  created_at: new Date(createdAt).toISOString(),
  ...(usedOn !== undefined && { used_on: usedOn }),
});

/**
 * @param options.uidOf the uid of an account of this host
 * @param options.maySend whether an account may send to a registered destination
 */
export function createKeyRequests(options: {
  readonly keys: MachineKeys;
  readonly uidOf: (user: string) => Promise<number | undefined>;
  readonly maySend: (user: string, destination: string) => Promise<boolean>;
  readonly log: Log;
}): KeyRequests {
  const { keys, uidOf, maySend, log } = options;

  /** A destination of this name that the owner may send to. The bot checks that again with each alert. */
  const destinationOf = async ({ owner, uid }: { readonly owner: string; readonly uid: number }, to: string) => {
    if (addressOf(to) === undefined) {
      throw new Problem('bad_field', 'to: expected a destination such as ops, ops/disks, @public_name or user:alice.');
    }
    const person = personOf(to);
    // Root may send to everybody.
    if (person === undefined ? await maySend(owner, to) : person === owner || uid === 0) return to;
    throw new Problem('unknown_destination', `to: there is no destination ${to} that ${owner} may send to.`);
  };

  return {
    list: () => ({ ok: true, keys: keys.list().map(listed) }),
    async add(query) {
      const [name, owner, to] = ['name', 'owner', 'to'].map((field) => query.get(field) ?? undefined);
      if (name === undefined || !isKeyName(name)) {
        throw new Problem(
          'bad_field',
          'name: expected 1 to 64 lower-case letters, digits, dots, underscores and dashes, beginning with a letter or digit.',
        );
      }
      if (!owner) throw new Problem('bad_field', 'owner: expected the account that the alerts belong to.');
      const uid = await uidOf(owner);
      if (uid === undefined) throw new Problem('unknown_account', `This host has no account named ${owner}.`);
      const destination = to === undefined ? undefined : await destinationOf({ owner, uid }, to);
      const kept = { name, owner, ...(destination !== undefined && { to: destination }) };
      const issued = await keys.add({ ...kept, uid, isSigned: query.get('signed') === 'true' });
      log.info(kept, 'A machine key was made.');
      return { ok: true, ...kept, ...issued };
    },
    async remove(query) {
      const name = query.get('name') ?? '';
      await keys.remove(name);
      log.info({ name }, 'A machine key was removed.');
      return { ok: true, name };
    },
  };
}
