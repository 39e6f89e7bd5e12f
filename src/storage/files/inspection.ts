import { constants } from 'node:fs';
import { access, readdir, stat, statfs } from 'node:fs/promises';
import { errnoOf, Problem, sentenceOf } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import type { Inspection, Links, StorageFinding } from '../ports.ts';
import { placesIn } from './deliveries/places.ts';
import type { FolderIdentity } from './folder-identity.ts';

/** Below this the outbox may soon be refused: a thousand messages with pictures, in bytes. */
const LITTLE_SPACE = 200 * 1024 * 1024;
const MIB = 1024 * 1024;
const REPAIR = 'Repair that file by hand; nothing overwrites it';

const good = (check: string, seen: string): StorageFinding => ({ check, ok: true, seen });
const bad = (check: string, seen: string, todo: string): StorageFinding => ({ check, ok: false, seen, todo });

async function checkFolder(dataDir: string): Promise<StorageFinding> {
  try {
    const { mode } = await stat(dataDir);
    await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((mode & 0o007) !== 0) return bad('data', `${dataDir} can be read by every account`, `chmod 0750 ${dataDir}`);
    const { bavail, bsize } = await statfs(dataDir);
    const free = bavail * bsize;
    const seen = `${dataDir}, ${Math.round(free / MIB)} MB free`;
    return free < LITTLE_SPACE ? bad('data', seen, 'Make room on that disk') : good('data', seen);
  } catch (error) {
    return bad(
      'data',
      `${dataDir}: ${reasonOf(error)}`,
      'Run this as root or as the service’s user; the service makes the folder at its first start',
    );
  }
}

async function checkFiles(dataDir: string, links: Links): Promise<StorageFinding> {
  const corrupt = await readdir(placesIn(dataDir).corrupt).catch(() => []);
  if (corrupt.length > 0) {
    return bad(
      'files',
      `${corrupt.length} unreadable file(s) in outbox/corrupt/`,
      'Look at them; repair and move them back, or remove them',
    );
  }
  try {
    const problem = await links.check();
    return problem === undefined ? good('files', `${links.count()} linked`) : bad('files', problem.message, REPAIR);
  } catch (error) {
    return bad('files', sentenceOf(error), REPAIR);
  }
}

/** Inspects the data folder. */
export function createInspection(dataDir: string, links: Links, identity: FolderIdentity): Inspection {
  return {
    async requireReadable() {
      await identity.verify();
      try {
        await access(dataDir, constants.R_OK | constants.X_OK);
      } catch (error) {
        const isMissing = errnoOf(error) === 'ENOENT';
        const why = isMissing ? 'does not exist' : `can't be read, ${reasonOf(error)}`;
        const todo = isMissing
          ? 'the service makes it at its first start'
          : 'run this as root or as the service’s user';
        throw new Problem('data_dir', `NOTIFY_DATA_DIR: ${dataDir} ${why}: ${todo}.`, { cause: error });
      }
    },
    async diagnose() {
      const strange = await identity.verify().then(
        () => undefined,
        (error: unknown) => bad('data', sentenceOf(error), `mount ${dataDir}`),
      );
      const folder = strange ?? (await checkFolder(dataDir));
      return folder.ok ? [folder, await checkFiles(dataDir, links)] : [folder];
    },
  };
}
