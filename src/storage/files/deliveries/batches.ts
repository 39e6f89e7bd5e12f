/**
 * Several deliveries of one notification, stored at once.
 *
 * Promises:
 * - The batch file, written atomically, is the commit: with it all deliveries are stored, without it none is.
 * - The deliveries count as stored by themselves when each has its own file, the batch file is gone and all of that is
 *   synced. Before that a start separates them again, whatever is there already; none was sent by then, so none goes twice.
 * - The files of the notification are stored once: each delivery has a name for them.
 */
import { copyFile, link, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import { errnoOf } from '../../../core/problem.ts';
import type { StoredBatch } from '../../../queue/ports.ts';
import { removeFile, syncDirectory, syncFile, writeDurably } from '../../../shared/files/durable.ts';
import { readRegular } from '../../../shared/files/regular-file.ts';
import { attempts } from '../../../shared/process/retry.ts';
import { batchAttachment, batchName, formatBatch, parseBatch } from './batch-file.ts';
import { attachmentName, formatDelivery } from './delivery-file.ts';
import { batchesIn, fileIn, type Places } from './places.ts';
import { unlessShort } from './reading.ts';

const MODE = 0o660;
/** Deliveries that are written at one time, so that a large batch leaves the disk to others. */
const WRITTEN_AT_ONCE = 4;
/** Between two tries to separate a batch, on a disk that takes nothing. */
const AGAIN = { firstMs: 100, longestMs: 30_000 };

/** @see createBatches */
export interface Batches<P> {
  /** Stores deliveries together. @throws the system's error, and nothing of them is left */
  commit(deliveries: readonly Delivery<P>[], blobs: readonly string[]): Promise<void>;
  /** Reads what earlier processes committed; the name alone of a batch that can't be read. */
  read(): Promise<ReadonlyArray<readonly Delivery<P>[] | string>>;
  /** Stores the deliveries of a batch by themselves. @throws the system's error; another try goes on */
  separate(deliveries: readonly Delivery<P>[]): Promise<void>;
  /** The same until it succeeds, in the background. */
  separateLater(deliveries: readonly Delivery<P>[]): StoredBatch<P>;
  /** A delivery of a batch that is not separate yet. */
  find(delivery: string): Delivery<P> | undefined;
  /** Ends tries in the background; what they leave is for the next start. */
  close(): Promise<void>;
}

function readable<P>(text: string, batch: string): readonly Delivery<P>[] | undefined {
  try {
    return parseBatch<P>(text, batch);
  } catch {
    return undefined;
  }
}

/** Gives a batch's file a name of a delivery's: a second name, or a copy where the disk knows none. */
async function share(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    // An earlier try came as far.
    if (['EEXIST', 'ENOENT'].includes(errnoOf(error) ?? '')) return;
    if (!['EPERM', 'EMLINK', 'ENOTSUP'].includes(errnoOf(error) ?? '')) throw error;
    await copyFile(from, `${to}.tmp`);
    await syncFile(`${to}.tmp`);
    await rename(`${to}.tmp`, to);
  }
}

/** @param guard called before each try in the background; what it throws ends the try */
export function createBatches<P>({ outbox, staging }: Places, guard: () => Promise<void>): Batches<P> {
  const pending = new Map<string, Delivery<P>>();
  const running = new Set<Promise<void>>();
  const closing = new AbortController();

  async function writeAll(deliveries: readonly Delivery<P>[]): Promise<void> {
    const left = deliveries.values();
    const writer = async () => {
      for (const delivery of left)
        await writeDurably(fileIn(outbox, delivery.delivery), formatDelivery(delivery), MODE);
    };
    // All of them end before another try begins.
    const ended = await Promise.allSettled(Array.from({ length: WRITTEN_AT_ONCE }, writer));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }

  async function separate(deliveries: readonly Delivery<P>[]): Promise<void> {
    const batch = deliveries[0]?.fanOut?.batch ?? '';
    const files = deliveries[0]?.files ?? [];
    for (const { delivery } of deliveries) {
      for (const place of files.keys()) {
        await share(join(outbox, batchAttachment(batch, place)), join(outbox, attachmentName(delivery, place)));
      }
    }
    await writeAll(deliveries);
    // The batch file goes last: until it is gone for good, a start does all of this again.
    await syncDirectory(outbox);
    await removeFile(join(outbox, batchName(batch)));
    await syncDirectory(outbox);
    for (const place of files.keys()) await removeFile(join(outbox, batchAttachment(batch, place)));
  }

  async function untilSeparate(deliveries: readonly Delivery<P>[], done: () => void): Promise<void> {
    for await (const _ of attempts(AGAIN, closing.signal)) {
      try {
        await guard();
        await separate(deliveries);
        for (const { delivery } of deliveries) pending.delete(delivery);
        done();
        return;
      } catch {
        // Most likely the disk is full, which health reports.
      }
    }
  }

  return {
    async commit(deliveries, blobs) {
      const batch = deliveries[0]?.fanOut?.batch ?? '';
      const placed: string[] = [];
      try {
        for (const [place, blob] of blobs.entries()) {
          const target = join(outbox, batchAttachment(batch, place));
          await rename(join(staging, blob), target);
          placed.push(target);
        }
        await writeDurably(join(outbox, batchName(batch)), formatBatch(deliveries), MODE);
      } catch (error) {
        for (const path of [join(outbox, batchName(batch)), ...placed]) await rm(path, { force: true }).catch(() => {});
        throw error;
      }
    },
    async read() {
      const names = batchesIn(await readdir(outbox).catch(() => []));
      return Promise.all(
        names.map(async (name) =>
          readRegular(join(outbox, batchName(name))).then(
            (bytes) => readable<P>(bytes.toString('utf8'), name) ?? name,
            (error: unknown) => unlessShort(error, name),
          ),
        ),
      );
    },
    separate,
    separateLater(deliveries) {
      for (const delivery of deliveries) pending.set(delivery.delivery, delivery);
      let done: () => void = () => {};
      const separated = new Promise<void>((resolve) => {
        done = resolve;
      });
      const task: Promise<void> = untilSeparate(deliveries, done).finally(() => running.delete(task));
      running.add(task);
      return { deliveries, separate: separated };
    },
    find: (delivery) => pending.get(delivery),
    async close() {
      closing.abort();
      await Promise.all(running);
    },
  };
}
