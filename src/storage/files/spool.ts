/**
 * The spool: one file per accepted delivery until it is delivered or given up.
 *
 * Promises:
 * - When `put` has resolved, the delivery and its files survive a power cut; when it has thrown, nothing of it is left.
 * - A delivery is in `outbox/`, or in `failed/`, or gone because it was delivered. A crash between two of these leaves
 *   it in the earlier one, never in none.
 * - A file that can't be read is moved to `outbox/corrupt/` and kept; it is never dropped and never stops the others.
 */
import { link, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Delivery, parseDelivery, type SpooledFile } from '../../core/delivery.ts';
import { errnoOf, Problem } from '../../core/problem.ts';
import { makeDir, removeFile, syncDirectory, writeDurably } from '../../shared/files/durable.ts';
import { reasonOf } from '../../shared/files/storage-problem.ts';

const NAME = /^([0-9a-z]{11}-[0-9a-f]{8})\.json$/;
const OWN = /^[0-9a-z]{11}-[0-9a-f]{8}\.(json|json\.tmp|\d+)$/;

/** A look into a folder. */
export interface Listing<P> {
  readonly deliveries: Delivery<P>[];
  /** Names of deliveries that can't be read. */
  readonly unreadable: string[];
  /** How many there are in all. */
  readonly total: number;
}

/** @see createSpool */
export interface Spool<P> {
  /** Makes the folders, clears what a crash left, and reads every waiting delivery in the order of acceptance. */
  open(): Promise<{ waiting: Delivery<P>[]; corrupt: string[] }>;
  /** Stores a delivery with its staged files, whose paths are taken over in the order of `delivery.files`. @throws Problem `storage` */
  put(delivery: Delivery<P>, staged: readonly string[]): Promise<void>;
  /** Reads one. @throws Problem `bad_delivery` when it is unreadable */
  get(delivery: string): Promise<Delivery<P>>;
  /** Replaces the record of one that is under way. @throws Problem `storage` */
  update(delivery: Delivery<P>): Promise<void>;
  /** Drops one that was delivered. */
  remove(delivery: Delivery<P>): Promise<void>;
  /** Moves one to `failed/`. @throws Problem `storage` */
  fail(delivery: Delivery<P>): Promise<void>;
  /** The deliveries in `corrupt/`. */
  corrupt(): Promise<string[]>;
  /** Moves one that can't be read to `corrupt/`, with its files. */
  quarantine(delivery: string): Promise<void>;
  /** What `failed/` holds, oldest first, and the names of what can't be read there. @param newest only so many of the newest */
  failed(newest?: number): Promise<Listing<P>>;
  /** What waits, oldest first; changes nothing, so that another process may look. */
  waiting(): Promise<Listing<P>>;
  /** Puts a failed delivery into the outbox again under a new name. @throws Problem `unknown_delivery`, `storage` */
  requeue(failed: string, as: (old: Delivery<P>) => Promise<Delivery<P>>): Promise<Delivery<P>>;
  /** Removes failed deliveries given up before a time (ms). */
  prune(before: number): Promise<void>;
  /** Where a delivery's file lies. */
  pathOf(file: SpooledFile): string;
  /** Where the file at a place of a failed delivery lies. */
  failedPathOf(delivery: string, place: number): string;
  /** The folder for uploads under way, on the same file system. */
  readonly stagingDir: string;
}

function storage(error: unknown, what: string): Problem {
  if (error instanceof Problem) return error;
  return new Problem('storage', `${what}: ${reasonOf(error)}.`, { cause: error });
}

/** Opens nothing yet; `open` does. @param dataDir the service's data folder */
export function createSpool<P>(dataDir: string): Spool<P> {
  const outbox = join(dataDir, 'outbox');
  const failedDir = join(dataDir, 'failed');
  const corruptDir = join(outbox, 'corrupt');
  const stagingDir = join(outbox, 'staging');
  const fileIn = (dir: string, delivery: string) => join(dir, `${delivery}.json`);

  async function read(dir: string, delivery: string): Promise<Delivery<P>> {
    const text = await readFile(fileIn(dir, delivery), 'utf8');
    const parsed = parseDelivery<P>(text);
    if (parsed.delivery !== delivery) throw new Problem('bad_delivery', 'its name is not the one it holds');
    return parsed;
  }

  const corruptNames = () => namesIn(corruptDir).catch(() => []);

  async function namesIn(dir: string): Promise<string[]> {
    const names = await readdir(dir);
    return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).sort();
  }

  async function quarantine(delivery: string): Promise<void> {
    await makeDir(corruptDir);
    // With its pictures: whoever mends it will want them.
    for (const name of await readdir(outbox)) {
      if (name.startsWith(`${delivery}.`)) await rename(join(outbox, name), join(corruptDir, name));
    }
    await syncDirectory(corruptDir);
    await syncDirectory(outbox);
  }

  /** Reads many files side by side: a start with 10,000 waiting should not take 10,000 turns. */
  async function readAll(names: readonly string[]): Promise<Array<Delivery<P> | string>> {
    const results: Array<Delivery<P> | string> = new Array(names.length);
    let next = 0;
    const reader = async () => {
      for (let i = next++; i < names.length; i = next++) {
        const name = names[i] ?? '';
        results[i] = await read(outbox, name).catch((error: unknown) => {
          // The disk or this process may be short of something; anything else is this file's own fault.
          if (['EMFILE', 'ENFILE', 'ENOMEM'].includes(errnoOf(error) ?? '')) throw error;
          return name;
        });
      }
    };
    await Promise.all(Array.from({ length: 32 }, reader));
    return results;
  }

  /** Finishes or undoes what a crash left half done. */
  async function tidy(waiting: readonly Delivery<P>[]): Promise<Delivery<P>[]> {
    const failed = new Set(await namesIn(failedDir));
    const kept: Delivery<P>[] = [];
    for (const delivery of waiting) {
      const { retry_of: repeats } = delivery;
      if (repeats !== undefined && failed.has(repeats))
        await removeIn(failedDir, repeats, filesNamed(repeats, delivery));
      if (failed.has(delivery.delivery)) await removeIn(outbox, delivery.delivery, delivery.files);
      else kept.push(delivery);
    }
    const wanted = new Set(kept.flatMap((d) => [`${d.delivery}.json`, ...d.files.map((f) => f.file)]));
    for (const name of await readdir(outbox)) {
      if (OWN.test(name) && !wanted.has(name) && !NAME.test(name)) await rm(join(outbox, name), { force: true });
    }
    return kept;
  }

  async function listing(dir: string, newest = Number.POSITIVE_INFINITY): Promise<Listing<P>> {
    const names = await namesIn(dir).catch((error: unknown) => {
      if (errnoOf(error) === 'ENOENT') return [];
      throw storage(error, `${dir} can't be read`);
    });
    const found: Listing<P> = { deliveries: [], unreadable: [], total: names.length };
    for (const name of names.slice(-Math.min(newest, names.length))) {
      await read(dir, name).then(
        (delivery) => found.deliveries.push(delivery),
        // What is gone was delivered, or put back, between the list and the look.
        (error: unknown) => errnoOf(error) !== 'ENOENT' && found.unreadable.push(name),
      );
    }
    return found;
  }

  async function removeIn(dir: string, delivery: string, files: readonly SpooledFile[]): Promise<void> {
    await rm(fileIn(dir, delivery), { force: true });
    for (const { file } of files) await rm(join(dir, file), { force: true, recursive: true });
  }

  /** The files of a delivery under the name of the one that it repeats. */
  function filesNamed(name: string, { files }: Delivery<P>): SpooledFile[] {
    return files.map((file, i) => ({ ...file, file: `${name}.${i}` }));
  }

  return {
    stagingDir,
    async open() {
      for (const dir of [outbox, failedDir]) await makeDir(dir);
      await rm(stagingDir, { recursive: true, force: true });
      await mkdir(stagingDir, { mode: 0o700 });
      const all = await readAll(await namesIn(outbox));
      const corrupt = all.filter((entry) => typeof entry === 'string');
      for (const name of corrupt) await quarantine(name);
      const waiting = await tidy(all.filter((entry) => typeof entry !== 'string'));
      await syncDirectory(outbox);
      return { waiting, corrupt: await corruptNames() };
    },
    corrupt: corruptNames,
    async put(delivery, staged) {
      const placed: string[] = [];
      try {
        for (const [i, path] of staged.entries()) {
          const target = join(outbox, `${delivery.delivery}.${i}`);
          await rename(path, target);
          placed.push(target);
        }
        await writeDurably(fileIn(outbox, delivery.delivery), JSON.stringify(delivery), 0o660);
      } catch (error) {
        await rm(fileIn(outbox, delivery.delivery), { force: true }).catch(() => {});
        for (const path of placed) await rm(path, { force: true }).catch(() => {});
        throw storage(error, 'The message could not be stored');
      }
    },
    get: (delivery) => read(outbox, delivery),
    async update(delivery) {
      try {
        await writeDurably(fileIn(outbox, delivery.delivery), JSON.stringify(delivery), 0o660);
      } catch (error) {
        throw storage(error, `The state of ${delivery.delivery} could not be stored`);
      }
    },
    async remove(delivery) {
      await removeFile(fileIn(outbox, delivery.delivery));
      for (const file of delivery.files) await removeFile(join(outbox, file.file));
      // Without the sync a power cut might bring the file back, and the message would go twice.
      await syncDirectory(outbox);
    },
    async fail(delivery) {
      try {
        for (const { file } of delivery.files) {
          await link(join(outbox, file), join(failedDir, file)).catch(async (error: unknown) => {
            // No file, or a disk that knows no second names: it is moved, and whoever comes back after a crash finds it.
            if (errnoOf(error) === 'EPERM') await rename(join(outbox, file), join(failedDir, file));
            else if (errnoOf(error) !== 'EEXIST' && errnoOf(error) !== 'ENOENT') throw error;
          });
        }
        await writeDurably(fileIn(failedDir, delivery.delivery), JSON.stringify(delivery), 0o660);
        await removeFile(fileIn(outbox, delivery.delivery));
        for (const { file } of delivery.files) await removeFile(join(outbox, file));
        await syncDirectory(outbox);
      } catch (error) {
        throw storage(error, `The failed ${delivery.delivery} could not be stored`);
      }
    },
    quarantine,
    failed: (newest) => listing(failedDir, newest),
    waiting: () => listing(outbox),
    async requeue(failed, as) {
      if (!NAME.test(`${failed}.json`))
        throw new Problem('unknown_delivery', `No failed delivery is called ${failed}.`);
      const old = await read(failedDir, failed).catch((error: unknown) => {
        throw new Problem('unknown_delivery', `No failed delivery is called ${failed}.`, { cause: error });
      });
      const made = await as(old);
      try {
        for (const [i, { file }] of old.files.entries()) {
          await link(join(failedDir, file), join(outbox, made.files[i]?.file ?? file));
        }
        await writeDurably(fileIn(outbox, made.delivery), JSON.stringify(made), 0o660);
        await removeIn(failedDir, failed, old.files);
        await syncDirectory(failedDir);
      } catch (error) {
        throw storage(error, `The failed ${failed} could not be put back`);
      }
      return made;
    },
    async prune(before) {
      for (const name of await namesIn(failedDir)) {
        const delivery = await read(failedDir, name).catch(() => undefined);
        if (delivery?.failed_at !== undefined && Date.parse(delivery.failed_at) < before)
          await removeIn(failedDir, name, delivery.files);
      }
    },
    pathOf: (file) => join(outbox, file.file),
    failedPathOf: (delivery, place) => join(failedDir, `${delivery}.${place}`),
  };
}
