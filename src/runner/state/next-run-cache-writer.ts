import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeDirs } from '../../shared/files/make-dirs.ts';

/** Writes `schedules.json`. A failure is silent: the next run computes the times again. */
export async function writeNextRunCache(path: string, nextRuns: object): Promise<void> {
  try {
    makeDirs(dirname(path), 0o700);
    // Not synced, since a lost file is computed again.
    await writeFileAtomic(path, JSON.stringify(nextRuns), { mode: 0o600, fsync: false });
  } catch {
    // The next run computes them again.
  }
}
