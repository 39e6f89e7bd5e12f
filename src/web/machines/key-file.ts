/**
 * The machine keys, in `machine-keys.json` of the dashboard's own folder, for its own account only (mode 0600).
 *
 * Promises: it holds no key, only digests; a write that has resolved survives a power cut; an invalid file is renamed,
 * never overwritten.
 */
import { join } from 'node:path';
import * as v from 'valibot';
import { createOwnFile } from '../../shared/json/own-file.ts';
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
  const file = createOwnFile({
    path: join(stateDir, 'machine-keys.json'),
    schema: content,
    loss: 'no machine key is valid until it is repaired.',
    onProblem,
  });
  return {
    read: async () => (await file.read())?.keys ?? [],
    write: (keys) => file.write(`${JSON.stringify({ version: 1, keys: [...keys] }, null, 2)}\n`),
  };
}
