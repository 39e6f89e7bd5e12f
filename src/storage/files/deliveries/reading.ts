import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import { errnoOf, Problem } from '../../../core/problem.ts';
import type { OpenedFile } from '../../../queue/ports.ts';
import { openRegular, readRegular } from '../../../shared/files/regular-file.ts';
import { reasonOf } from '../../../shared/files/storage-problem.ts';
import type { ListedDelivery, Listing } from '../../ports.ts';
import { attachmentName, parseDelivery } from './delivery-file.ts';
import { deliveriesIn, fileIn } from './places.ts';

/**
 * What stands for a file that can't be read.
 *
 * @throws `error` where this process, or the host, lacks something; any other error is the file's own fault
 */
export function unlessShort<T>(error: unknown, otherwise: T): T {
  if (['EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoOf(error) ?? '')) throw error;
  return otherwise;
}

/** Reads a delivery in a folder. @throws Problem `bad_delivery`; the system's error when its file can't be read */
export async function readDelivery<P>(folder: string, delivery: string): Promise<Delivery<P>> {
  const parsed = parseDelivery<P>((await readRegular(fileIn(folder, delivery))).toString('utf8'));
  if (parsed.delivery !== delivery) throw new Problem('bad_delivery', 'its name is not the one it holds');
  return parsed;
}

/** Lists a folder, oldest first; changes nothing. @param newest only so many of the newest @throws Problem `storage` */
export async function listFolder(folder: string, newest = Number.POSITIVE_INFINITY): Promise<Listing> {
  const names = await deliveriesIn(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw new Problem('storage', `${folder} can't be read: ${reasonOf(error)}.`, { cause: error });
  });
  const deliveries: ListedDelivery[] = [];
  const unreadable: string[] = [];
  for (const name of names.slice(-Math.min(newest, names.length))) {
    await readDelivery(folder, name).then(
      ({ steps: _, ...delivery }) => deliveries.push(delivery),
      // A delivery that is gone was sent, or requeued, after the list was read.
      (error: unknown) => errnoOf(error) !== 'ENOENT' && unreadable.push(name),
    );
  }
  return { deliveries, unreadable, total: names.length };
}

/** There is no file, or something else, such as a link, which could point anywhere. */
const NOT_THE_FILE = new Set(['ENOENT', 'ELOOP', 'EISDIR', 'EFTYPE', 'ENXIO']);

async function openIfRegular(path: string): Promise<FileHandle | undefined> {
  try {
    return await openRegular(path);
  } catch (error) {
    if (NOT_THE_FILE.has(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
}

/** Opens a delivery's file at a place, from the first folder that has it; `undefined` when none has. */
export async function openAttachment(
  folders: readonly string[],
  delivery: string,
  place: number,
): Promise<OpenedFile | undefined> {
  for (const folder of folders) {
    const handle = await openIfRegular(join(folder, attachmentName(delivery, place)));
    if (handle === undefined) continue;
    try {
      const { size } = await handle.stat();
      return { size, stream: handle.createReadStream() };
    } catch (error) {
      await handle.close();
      throw error;
    }
  }
  return undefined;
}
