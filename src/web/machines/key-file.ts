/**
 * The machine keys, in `machine-keys.json` of the dashboard's own folder, for its own account only (mode 0600).
 *
 * Promises: it holds no key, only digests; a write that has resolved survives a power cut; an invalid file is renamed,
 * never overwritten.
 */
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import * as v from 'valibot';
import { errnoOf, Problem } from '../../core/problem.ts';
import { makeDir, writeDurably } from '../../shared/files/durable.ts';
import { readRegular } from '../../shared/files/regular-file.ts';
import { storageProblem } from '../../shared/files/storage-problem.ts';
import { isKeyName, type MachineKey } from './machine-key.ts';

/** SHA-256 in base64url. */
const DIGEST = /^[\w-]{43}$/;

const machineKey = v.object({
  name: v.pipe(v.string(), v.check(isKeyName)),
  owner: v.string(),
  uid: v.number(),
  to: v.exactOptional(v.string()),
  digest: v.pipe(v.string(), v.regex(DIGEST)),
  secret: v.exactOptional(v.string()),
  createdAt: v.number(),
  usedOn: v.exactOptional(v.string()),
});
const content = v.object({ version: v.literal(1), keys: v.array(machineKey) });

export interface KeyFile {
  /** @throws Problem `storage` if the file exists and can't be read or renamed */
  read(): Promise<readonly MachineKey[]>;
  /** @throws Problem `storage` */
  write(keys: Iterable<MachineKey>): Promise<void>;
}

/** @param onProblem called when an invalid file was renamed */
export function createKeyFile(stateDir: string, onProblem: (sentence: string) => void): KeyFile {
  const path = join(stateDir, 'machine-keys.json');

  const parse = (text: string): readonly MachineKey[] | undefined => {
    try {
      const found = v.safeParse(content, JSON.parse(text));
      return found.success ? found.output.keys : undefined;
    } catch {
      return undefined;
    }
  };

  return {
    async read() {
      try {
        await makeDir(stateDir);
        const keys = parse((await readRegular(path)).toString('utf8'));
        if (keys !== undefined) return keys;
        await rename(path, `${path}.unreadable`);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return [];
        throw storageProblem(path, error);
      }
      onProblem(
        `${path} was invalid and was renamed to ${path}.unreadable: no machine key is valid until it is repaired.`,
      );
      return [];
    },
    async write(keys) {
      try {
        await writeDurably(path, `${JSON.stringify({ version: 1, keys: [...keys] }, null, 2)}\n`, 0o600);
      } catch (error) {
        throw new Problem('storage', storageProblem(path, error).message, { cause: error });
      }
    },
  };
}
