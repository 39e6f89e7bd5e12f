/** Measures the disk itself: the baseline for durable acceptance. */
import { mkdtemp, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const BODY = 'x'.repeat(600);

/**
 * Writes, syncs and renames files, and syncs their folder.
 *
 * @param parent a folder on the disk in question
 * @param parallel number of concurrent files; one sync of the folder covers all renames before it
 * @returns files a second, and the milliseconds of each
 */
export async function disk(parent: string, parallel: number, total: number) {
  const folder = await mkdtemp(join(parent, 'disk-'));
  const times: number[] = [];
  let left = total;
  let shared: Promise<void> | undefined;
  const syncFolder = async () => {
    const handle = await open(folder, 'r');
    await handle.sync();
    await handle.close();
  };
  const startedAt = performance.now();
  const writer = async () => {
    while (left > 0) {
      const path = join(folder, String(left));
      left -= 1;
      const from = performance.now();
      const handle = await open(`${path}.tmp`, 'w');
      await handle.writeFile(BODY);
      await handle.datasync();
      await handle.close();
      await rename(`${path}.tmp`, path);
      shared = (shared ?? Promise.resolve()).then(syncFolder);
      await shared;
      times.push(performance.now() - from);
    }
  };
  await Promise.all(Array.from({ length: parallel }, writer));
  const perSecond = total / ((performance.now() - startedAt) / 1000);
  await rm(folder, { recursive: true });
  return { perSecond, times };
}
