/** What a start does with the folders: finishes or undoes what a crash interrupted, and reads what waits. */
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import { makeDir, syncDirectory } from '../../../shared/files/durable.ts';
import { batchName } from './batch-file.ts';
import type { Batches } from './batches.ts';
import { attachmentName } from './delivery-file.ts';
import { deliveriesIn, deliveryNamed, fileIn, isOwnFile, type Places } from './places.ts';
import { readDelivery, unlessShort } from './reading.ts';

/** Files that are read at one time, so that a start with 10,000 waiting does not wait 10,000 times for the disk. */
const READ_AT_ONCE = 32;

/** Every delivery in the outbox; the name alone of one that can't be read. */
async function readAll<P>(outbox: string): Promise<Array<Delivery<P> | string>> {
  const names = await deliveriesIn(outbox);
  const results: Array<Delivery<P> | string> = new Array(names.length);
  let next = 0;
  const reader = async () => {
    for (let i = next++; i < names.length; i = next++) {
      const name = names[i] ?? '';
      results[i] = await readDelivery<P>(outbox, name).catch((error: unknown) => unlessShort(error, name));
    }
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, reader));
  return results;
}

/** Removes a delivery and its files from a folder. @param files how many it has */
export async function removeIn(folder: string, delivery: string, files: number): Promise<void> {
  await rm(fileIn(folder, delivery), { force: true });
  for (let i = 0; i < files; i += 1) {
    await rm(join(folder, attachmentName(delivery, i)), { force: true, recursive: true });
  }
}

/** Deliveries of one notification. */
type Batch<P> = readonly Delivery<P>[];

/** What a start finds. */
interface Found<P> {
  readonly waiting: readonly Delivery<P>[];
  /** Batches that can't be separated now. */
  readonly held: readonly Batch<P>[];
}

const nameOf = (batch: Batch<unknown>) => batchName(batch[0]?.fanOut?.batch ?? '');

/** Separates what earlier processes committed together. @returns the batches for which the disk takes nothing now */
async function separateAll<P>(places: Places, batches: Batches<P>): Promise<Batch<P>[]> {
  const held: Batch<P>[] = [];
  for (const batch of await batches.read()) {
    if (typeof batch === 'string') await quarantine(places, batch);
    else await batches.separate(batch).catch(() => void held.push(batch));
  }
  return held;
}

/** Removes what a delivery was before it failed, or before it was requeued, and files that belong to none. */
async function tidy<P>({ outbox, failed }: Places, { waiting, held }: Found<P>): Promise<Delivery<P>[]> {
  const given = new Set(await deliveriesIn(failed));
  const kept: Delivery<P>[] = [];
  for (const delivery of waiting) {
    const { retryOf, files } = delivery;
    if (retryOf !== undefined && given.has(retryOf)) await removeIn(failed, retryOf, files.length);
    if (given.has(delivery.delivery)) await removeIn(outbox, delivery.delivery, files.length);
    else kept.push(delivery);
  }
  const all = [...kept, ...held.flat()];
  const wanted = new Set(all.flatMap(({ delivery, files }) => files.map((_, i) => attachmentName(delivery, i))));
  const isOfBatch = (name: string) => held.some((batch) => name.startsWith(nameOf(batch)));
  for (const name of await readdir(outbox)) {
    const isWanted = wanted.has(name) || deliveryNamed(name) !== undefined || isOfBatch(name);
    if (isOwnFile(name) && !isWanted) await rm(join(outbox, name), { force: true });
  }
  return kept;
}

/** Moves a delivery that can't be read to `corrupt/`, with its files, which help to mend it. */
export async function quarantine({ outbox, corrupt }: Places, delivery: string): Promise<void> {
  await makeDir(corrupt);
  for (const name of await readdir(outbox)) {
    if (name.startsWith(`${delivery}.`)) await rename(join(outbox, name), join(corrupt, name));
  }
  await syncDirectory(corrupt);
  await syncDirectory(outbox);
}

/** Makes the folders and reads the outbox, in the order of acceptance. */
export async function recover<P>(places: Places, batches: Batches<P>): Promise<Found<P>> {
  const { outbox, failed, staging } = places;
  for (const folder of [outbox, failed]) await makeDir(folder);
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { mode: 0o700 });
  const held = await separateAll(places, batches);
  const isHeld = new Set(held.flatMap((batch) => batch.map(({ delivery }) => delivery)));
  const all = (await readAll<P>(outbox)).filter(
    (entry) => !isHeld.has(typeof entry === 'string' ? entry : entry.delivery),
  );
  for (const entry of all) if (typeof entry === 'string') await quarantine(places, entry);
  const waiting = await tidy(places, { waiting: all.filter((entry) => typeof entry !== 'string'), held });
  await syncDirectory(outbox);
  return { waiting, held };
}
