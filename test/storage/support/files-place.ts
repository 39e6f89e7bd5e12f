import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openStorage } from '../../../src/storage/open-storage.ts';
import { temporaryFolder } from '../../support/files/temporary-folder.ts';
import { fillAfter, killAfter } from './faulty-disk.ts';
import type { StoragePlace, TestStorage } from './place.ts';

async function filesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).length;
}

/** A data folder. Its test mocks the disk, see faulty-disk.ts. */
export async function makeFilesPlace(): Promise<StoragePlace> {
  const dataDir = join(await temporaryFolder(), 'data');
  // The service makes it when it takes the lease.
  const { lease } = openStorage({ dataDir });
  (await lease.take())();
  return {
    open(settings = {}) {
      const storage: TestStorage = openStorage({ dataDir, ...settings });
      onTestFinished(() => storage.deliveries.close());
      onTestFinished(() => storage.history.close().catch(() => {}));
      return storage;
    },
    killAfter,
    fillAfter,
    spoilDelivery: (delivery) => writeFile(join(dataDir, 'outbox', `${delivery}.json`), '{"torn'),
    countStored: async () => (await filesIn(join(dataDir, 'outbox'))) + (await filesIn(join(dataDir, 'failed'))),
  };
}
