/**
 * The spool: one file per accepted delivery until it is sent or given up, its attachments beside it.
 *
 * Promises:
 * - When `put` has resolved, the delivery and its files survive a power cut; when it has thrown, nothing of it is left. The
 *   same holds for all deliveries of `putAll`.
 * - A delivery is in `outbox/`, or in `failed/`, or gone because it was sent. A crash between two of these leaves it in
 *   the earlier one, never in none.
 * - A file that can't be read is moved to `outbox/corrupt/` and kept; it is never dropped and never stops the others.
 * - What waits and what failed has bounds for each account and in all. Where they are reached the oldest failed ones are
 *   removed, which the history goes on to name, and what then does not fit is refused.
 */
import { link, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import { errnoOf, Problem } from '../../../core/problem.ts';
import { removeFile, syncDirectory, writeDurably } from '../../../shared/files/durable.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import { BOUNDS, type DeliveryBounds } from '../../bounds.ts';
import type { Deliveries } from '../../ports.ts';
import { createBatches } from './batches.ts';
import { attachmentName, formatDelivery } from './delivery-file.ts';
import { deliveriesIn, deliveryNamed, fileIn, placesIn, storedIn } from './places.ts';
import { listFolder, openAttachment, readDelivery } from './reading.ts';
import { quarantine, recover, removeIn } from './recovery.ts';
import { createRoom } from './room.ts';

const MODE = 0o660;

function storageProblem(error: unknown, what: string): Problem {
  if (error instanceof Problem) return error;
  return new Problem('storage', `${what}: ${reasonOf(error)}.`, { cause: error });
}

/** A second name for a failed delivery's file. Where the disk knows none, it is moved, and a start after a crash finds it. */
async function linkOrMove(from: string, to: string): Promise<void> {
  await link(from, to).catch(async (error: unknown) => {
    if (errnoOf(error) === 'EPERM') await rename(from, to);
    else if (errnoOf(error) !== 'EEXIST' && errnoOf(error) !== 'ENOENT') throw error;
  });
}

/** A spool in the data folder; touches nothing until `open`. @param guard called before each change in the background */
export function createSpool<P>(
  dataDir: string,
  bounds: DeliveryBounds = BOUNDS.deliveries,
  guard: () => Promise<void> = async () => {},
): Deliveries<P> {
  const places = placesIn(dataDir);
  const { outbox, failed, corrupt, staging } = places;
  const batches = createBatches<P>(places, guard);
  const corruptNames = () => storedIn(corrupt).catch(() => []);
  const room = createRoom<P>(failed, bounds);
  const write = (folder: string, d: Delivery<P>, text = formatDelivery(d)) => {
    room.count(d, folder === failed, text);
    return writeDurably(fileIn(folder, d.delivery), text, MODE);
  };
  const attachmentsOf = ({ delivery, files }: Delivery<P>) => files.map((_, i) => attachmentName(delivery, i));

  return {
    async open() {
      const { waiting, held } = await recover<P>(places, batches);
      for (const delivery of [...waiting, ...held.flat()]) room.count(delivery, false, formatDelivery(delivery));
      room.countFailed();
      return { waiting, batches: held.map(batches.separateLater), corrupt: await corruptNames() };
    },
    async put(delivery, blobs) {
      const placed: string[] = [];
      const text = formatDelivery(delivery);
      try {
        await room.make([{ delivery, text }]);
        for (const [i, blob] of blobs.entries()) {
          const target = join(outbox, attachmentName(delivery.delivery, i));
          await rename(join(staging, blob), target);
          placed.push(target);
        }
        await write(outbox, delivery, text);
      } catch (error) {
        room.release(delivery.delivery);
        await rm(fileIn(outbox, delivery.delivery), { force: true }).catch(() => {});
        for (const path of placed) await rm(path, { force: true }).catch(() => {});
        throw storageProblem(error, 'The message could not be stored');
      }
    },
    async putAll(deliveries, blobs) {
      try {
        await room.make(deliveries.map((delivery) => ({ delivery, text: formatDelivery(delivery) })));
        await batches.commit(deliveries, blobs);
      } catch (error) {
        for (const { delivery } of deliveries) room.release(delivery);
        throw storageProblem(error, 'The message could not be stored');
      }
      return batches.separateLater(deliveries);
    },
    async get(delivery) {
      const held = batches.find(delivery);
      if (held !== undefined) return held;
      try {
        return await readDelivery<P>(outbox, delivery);
      } catch (error) {
        if (errnoOf(error) === 'ENOENT') return undefined;
        throw error;
      }
    },
    async update(delivery) {
      try {
        await write(outbox, delivery);
      } catch (error) {
        throw storageProblem(error, `The state of ${delivery.delivery} could not be stored`);
      }
    },
    async remove(delivery) {
      room.release(delivery.delivery);
      await removeFile(fileIn(outbox, delivery.delivery));
      for (const name of attachmentsOf(delivery)) await removeFile(join(outbox, name));
      // Without the sync a power cut might bring the file back, and the message would go twice.
      await syncDirectory(outbox);
    },
    async fail(delivery) {
      try {
        for (const name of attachmentsOf(delivery)) await linkOrMove(join(outbox, name), join(failed, name));
        await write(failed, delivery);
        await removeFile(fileIn(outbox, delivery.delivery));
        for (const name of attachmentsOf(delivery)) await removeFile(join(outbox, name));
        await syncDirectory(outbox);
        await room.trim();
      } catch (error) {
        throw storageProblem(error, `The failed ${delivery.delivery} could not be stored`);
      }
    },
    async quarantine(delivery) {
      room.release(delivery);
      await quarantine(places, delivery);
    },
    async requeue(name, repeat) {
      const unknown = (error?: unknown) =>
        new Problem('unknown_delivery', `No failed delivery is called ${name}.`, { cause: error });
      if (deliveryNamed(`${name}.json`) === undefined) throw unknown();
      const old = await readDelivery<P>(failed, name).catch((error: unknown) => {
        throw unknown(error);
      });
      const made = await repeat(old);
      try {
        for (const [i, file] of attachmentsOf(old).entries()) {
          await link(join(failed, file), join(outbox, attachmentName(made.delivery, i)));
        }
        await write(outbox, made);
        room.release(name);
        await removeIn(failed, name, old.files.length);
        await syncDirectory(failed);
      } catch (error) {
        throw storageProblem(error, `The failed ${name} could not be put back`);
      }
      return made;
    },
    openFile: (delivery, place) => openAttachment([outbox, failed], delivery, place),
    corrupt: corruptNames,
    failed: (newest) => listFolder(failed, newest),
    async waiting() {
      // Read first: what is separated meanwhile is in the list.
      const together = (await batches.read()).flatMap((batch) => (typeof batch === 'string' ? [] : batch));
      const { deliveries, unreadable, total } = await listFolder(outbox);
      const names = new Set(deliveries.map(({ delivery }) => delivery));
      const more = together.filter(({ delivery }) => !names.has(delivery)).map(({ steps: _, ...rest }) => rest);
      const all = [...deliveries, ...more].sort((a, b) => (a.delivery < b.delivery ? -1 : 1));
      return { deliveries: all, unreadable, total: total + more.length };
    },
    close: batches.close,
    async prune(before) {
      await room.counted();
      for (const name of await deliveriesIn(failed)) {
        const delivery = await readDelivery<P>(failed, name).catch(() => undefined);
        if (delivery?.failedAt !== undefined && Date.parse(delivery.failedAt) < before) {
          room.release(name);
          await removeIn(failed, name, delivery.files.length);
        }
      }
    },
  };
}
