/**
 * Whether the data folder is the one that this host used before.
 *
 * A disk that is mounted late, or not at all, leaves an empty folder at the same path. A service that ran on it would know
 * nobody, and what it accepted there would be hidden by the disk later. Therefore the folder holds a marker,
 * `instance.json`, and the host remembers outside of it that the folder was in use. Without that memory, or with any data
 * in the folder, such as a backup that was restored without the marker, the folder is taken as it is.
 */
import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { writeDurably } from '../../shared/files/durable.ts';
import { readRegular } from '../../shared/files/regular-file.ts';
import { isJsonObject, type JsonObject } from '../../shared/json/json-object.ts';

/** @see createFolderIdentity */
export interface FolderIdentity {
  /** Changes nothing. @throws Problem `data_dir` when the folder is empty or missing and was in use before */
  verify(): Promise<void>;
  /** Marks the folder, and remembers that it is in use. @throws the system's error */
  remember(): Promise<void>;
}

/** The marker in the folder, `{"id", "created_at"}`. */
const MARKER = 'instance.json';
/** What this host remembers, `{"/data/notifications": {"id", "since"}}`, in the state folder. */
const MEMORY = 'data-folders.json';
/** Any of these shows that a service used the folder. */
const DATA = new Set([MARKER, 'telegram_users.json', 'outbox', 'failed', 'history', 'updates.json']);

async function readObject(path: string): Promise<JsonObject> {
  try {
    const value: unknown = JSON.parse((await readRegular(path)).toString('utf8'));
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A moment as people read it, to the minute, UTC. */
const shown = (time: string) => `${time.slice(0, 16).replace('T', ' ')} UTC`;

/** @param stateDir where the host remembers its folders; nothing is remembered without it @param now milliseconds since 1970 */
export function createFolderIdentity(dataDir: string, stateDir: string | undefined, now: () => number): FolderIdentity {
  const markerPath = join(dataDir, MARKER);
  const memoryPath = stateDir === undefined ? undefined : join(stateDir, MEMORY);

  async function remembered(): Promise<JsonObject | undefined> {
    const entry = memoryPath === undefined ? undefined : (await readObject(memoryPath))[dataDir];
    return isJsonObject(entry) ? entry : undefined;
  }

  return {
    async verify() {
      const known = await remembered();
      if (known === undefined) return;
      const names: readonly string[] = await readdir(dataDir).catch(() => []);
      if (names.some((name) => DATA.has(name))) return;
      const since = typeof known.since === 'string' ? ` since ${shown(known.since)}` : '';
      throw new Problem(
        'data_dir',
        `NOTIFY_DATA_DIR: ${dataDir} is empty, and the service has stored its data there${since}: mount its disk, or restore a backup. To begin without that data, remove ${memoryPath}.`,
      );
    },
    async remember() {
      const at = new Date(now()).toISOString();
      const marker = await readObject(markerPath);
      const id = typeof marker.id === 'string' ? marker.id : randomUUID();
      if (marker.id !== id) await writeDurably(markerPath, `${JSON.stringify({ id, created_at: at })}\n`, 0o640);
      if (memoryPath === undefined) return;
      const known = await remembered();
      if (known?.id === id) return;
      const all = { ...(await readObject(memoryPath)), [dataDir]: { id, since: known?.since ?? at } };
      await writeDurably(memoryPath, `${JSON.stringify(all, null, 2)}\n`, 0o640);
    },
  };
}
