/** The machine keys of this dashboard: made and removed by the sysadmin, found by what a request presents. */
import { Problem } from '../../core/problem.ts';
import { createSerializer } from '../../shared/process/serialize.ts';
import type { KeyFile } from './key-file.ts';
import { digestOf, findKey, type MachineKey, randomSecret } from './machine-key.ts';

/** Keys in all: each request is compared with every one, which takes a microsecond a key. */
const MAX_KEYS = 500;

/** What the sysadmin says of a new key. */
export interface NewKey {
  readonly name: string;
  readonly owner: string;
  readonly uid: number;
  readonly to?: string;
  /** Whether every request must be signed, as GitHub signs its own. */
  readonly isSigned: boolean;
}

/** A new key, shown once. */
export interface IssuedKey {
  readonly key: string;
  readonly secret?: string;
}

export interface MachineKeys {
  /** Reads the stored keys. @throws Problem `storage` */
  open(): Promise<void>;
  /** Makes a key, on disk when it resolves. @throws Problem `key_taken`, `too_many_keys`, `storage` */
  add(newKey: NewKey): Promise<IssuedKey>;
  /** By name. */
  list(): readonly MachineKey[];
  /** @throws Problem `unknown_key`, `storage` */
  remove(name: string): Promise<void>;
  /** The key that a request presents. */
  find(presented: string): MachineKey | undefined;
  /** Notes the day of a use; on a disk that takes nothing, the day is lost. */
  use(name: string): void;
}

/** @param now milliseconds since the epoch */
export function createMachineKeys({ file, now }: { readonly file: KeyFile; readonly now: () => number }): MachineKeys {
  let keys: ReadonlyMap<string, MachineKey> = new Map();
  const inOrder = createSerializer();
  /** The day that was noted for a key: one write a day, also on a disk that takes none. */
  const noted = new Map<string, string>();

  /** Makes a change on disk, then in memory: what was not stored is not in force. */
  const change = (make: (keys: Map<string, MachineKey>) => void): Promise<void> =>
    inOrder(async () => {
      const next = new Map(keys);
      make(next);
      await file.write(next.values());
      keys = next;
    });

  return {
    async open() {
      keys = new Map((await file.read()).map((key) => [key.name, key]));
    },
    async add({ name, owner, uid, to, isSigned }) {
      const [key, secret] = [randomSecret(), isSigned ? randomSecret() : undefined];
      const entry: MachineKey = {
        name,
        owner,
        uid,
        ...(to !== undefined && { to }),
        digest: digestOf(key),
        ...(secret !== undefined && { secret }),
        createdAt: now(),
      };
      await change((next) => {
        if (next.has(name)) throw new Problem('key_taken', `There is a key ${name} already: remove it first.`);
        if (next.size >= MAX_KEYS) throw new Problem('too_many_keys', `There are ${MAX_KEYS} keys: remove one first.`);
        next.set(name, entry);
      });
      return { key, ...(secret !== undefined && { secret }) };
    },
    list: () => [...keys.values()].sort((one, other) => (one.name < other.name ? -1 : 1)),
    remove: (name) =>
      change((next) => {
        noted.delete(name);
        if (!next.delete(name)) throw new Problem('unknown_key', `There is no key ${JSON.stringify(name)}.`);
      }),
    find: (presented) => findKey(keys.values(), presented),
    use(name) {
      const usedOn = new Date(now()).toISOString().slice(0, 10);
      if (!keys.has(name) || keys.get(name)?.usedOn === usedOn || noted.get(name) === usedOn) return;
      noted.set(name, usedOn);
      change((next) => {
        const entry = next.get(name);
        if (entry !== undefined) next.set(name, { ...entry, usedOn });
      }).catch(() => {});
    },
  };
}
