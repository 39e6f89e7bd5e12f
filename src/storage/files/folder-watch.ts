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

/** Nothing is watched before `begin`. */
export function createFolderWatch(dataDir: string): FolderWatch {
  let watched: string | undefined;
  const current = async () => {
    const { dev, ino } = await stat(dataDir, { bigint: true });
    return `${dev}:${ino}`;
  };

  // Many requests ask at once, and each must see the folder as it is after it asked.
  const problem = shareNext(async (): Promise<Problem | undefined> => {
    if (watched === undefined) return undefined;
    const why = await current().then(
      (found) => (found === watched ? undefined : 'is another folder than the one that the service started with'),
      (error: unknown) => `is gone: ${reasonOf(error)}`,
    );
    if (why === undefined) return undefined;
    return new Problem(
      'storage',
      `NOTIFY_DATA_DIR: ${dataDir} ${why}. Nothing is stored or sent: mount the right disk there, then restart notify-bot.`,
    );
  });

  return {
    async begin() {
      watched = await current();
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
