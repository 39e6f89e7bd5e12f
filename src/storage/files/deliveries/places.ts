import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** A delivery's file, that of a batch of them, and any file that belongs to one of these. */
const DELIVERY_FILE = /^([0-9a-z]{11}-[0-9a-f]{8})\.json$/;
const BATCH_FILE = /^([0-9a-z]{11}-[0-9a-f]{8})\.batch$/;
const OWN_FILE = /^[0-9a-z]{11}-[0-9a-f]{8}\.(json|json\.tmp|\d+|\d+\.tmp|batch|batch\.tmp|batch\.\d+)$/;

/** Where deliveries lie in the data folder. */
export interface Places {
  readonly outbox: string;
  readonly failed: string;
  readonly corrupt: string;
  /** Uploads in progress, on the same file system. */
  readonly staging: string;
}

export function placesIn(dataDir: string): Places {
  const outbox = join(dataDir, 'outbox');
  return {
    outbox,
    failed: join(dataDir, 'failed'),
    corrupt: join(outbox, 'corrupt'),
    staging: join(outbox, 'staging'),
  };
}

/** The file of a delivery in a folder. */
export const fileIn = (folder: string, delivery: string): string => join(folder, `${delivery}.json`);

/** The delivery that a file's name stands for, or `undefined`. */
export const deliveryNamed = (name: string): string | undefined => DELIVERY_FILE.exec(name)?.[1];

/** The batches among the names of a folder, oldest first. */
export const batchesIn = (names: readonly string[]): string[] =>
  names.flatMap((name) => BATCH_FILE.exec(name)?.[1] ?? []).sort();

/** The deliveries and batches in a folder, oldest first. */
export async function storedIn(folder: string): Promise<string[]> {
  return [...(await deliveriesIn(folder)), ...batchesIn(await readdir(folder))].sort();
}

/** Whether a file's name is one that this store gives. */
export const isOwnFile = (name: string): boolean => OWN_FILE.test(name);

/** The deliveries in a folder, oldest first. */
export async function deliveriesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).flatMap((name) => deliveryNamed(name) ?? []).sort();
}
