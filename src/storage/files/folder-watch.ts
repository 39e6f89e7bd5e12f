/**
 * Watches that the path of the data folder still leads to the folder that the service locked: a disk that is mounted over
 * it, unmounted or replaced shows as another device or inode.
 */
import { stat } from 'node:fs/promises';
import { Problem } from '../../core/problem.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';
import { shareNext } from '../../shared/process/serialize.ts';

/** @see createFolderWatch */
export interface FolderWatch {
  /** From now on the folder that is at the path counts. @throws the system's error */
  begin(): Promise<void>;
  end(): void;
  /** Why the path leads elsewhere; `undefined` while it does not, and before `begin`. */
  problem(): Promise<Problem | undefined>;
  /** @throws Problem `storage` likewise */
  require(): Promise<void>;
}

/**
 * Milliseconds for which a look counts that found the right folder. One message asks about eight times; a look says no more
 * than that about the write that follows it, which takes as long.
 */
const FRESH_MS = 10;

/** Nothing is watched before `begin`. @param clock milliseconds on a clock that is never set */
export function createFolderWatch(dataDir: string, clock: () => number = () => performance.now()): FolderWatch {
  let watched: string | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  const current = async () => {
    const { dev, ino } = await stat(dataDir, { bigint: true });
    return `${dev}:${ino}`;
  };

  // Many requests ask at once, and share a look.
  const look = shareNext(async (): Promise<Problem | undefined> => {
    if (watched === undefined) return undefined;
    const begun = clock();
    const why = await current().then(
      (found) => (found === watched ? undefined : 'is another folder than the one that the service started with'),
      (error: unknown) => `is gone: ${reasonOf(error)}`,
    );
    if (why === undefined) {
      lookedAt = begun;
      return undefined;
    }
    return new Problem(
      'storage',
      `NOTIFY_DATA_DIR: ${dataDir} ${why}. Nothing is stored or sent: mount the right disk there, then restart notify-bot.`,
    );
  });

  const problem = async () => (clock() - lookedAt < FRESH_MS ? undefined : look());

  return {
    async begin() {
      watched = await current();
      lookedAt = Number.NEGATIVE_INFINITY;
    },
    end() {
      watched = undefined;
    },
    problem,
    async require() {
      const found = await problem();
      if (found !== undefined) throw found;
    },
  };
}
