import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { makeDirs } from '../../shared/files/make-dirs.ts';

/** Writes `schedules.json`; a run that cannot is none the worse, since its moments are worked out again. */
export async function writeNextRunCache(path: string, moments: object): Promise<void> {
  try {
    makeDirs(dirname(path), 0o700);
    // Not synced: what a power cut takes is worked out again.
    await writeFileAtomic(path, JSON.stringify(moments), { mode: 0o600, fsync: false });
  } catch {
    // Worked out again next time.
  }
}
