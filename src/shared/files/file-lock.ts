/**
 * A lock between processes, with the convention of the package `proper-lockfile` (a folder `<file>.lock` whose mtime is
 * refreshed while it is held), so that other programs can use it too.
 *
 * Promises: one holder at a time among programs that follow the convention; a lock whose holder was killed is taken
 * over after ten seconds; a holder that lost it (stopped or suspended for longer than that) detects this before
 * writing.
 *
 * The takeover is done here, not by the package, which removes any folder at that path: two waiters that see the same
 * stale lock would remove each other's new one and both continue.
 */
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { errnoOf, Problem } from '../../core/problem.ts';
import { storageProblem } from './storage-problem.ts';

/** The times of a lock, milliseconds. */
export interface LockTiming {
  /** A lock that is not refreshed for this long is stale. */
  readonly staleMs: number;
  /** Between two refreshes; the package takes at least a second. */
  readonly refreshMs: number;
  /** How long to wait for the lock. */
  readonly acquireMs: number;
}

const TIMING: LockTiming = {
  // The package's default, which other programs use too.
  staleMs: 10_000,
  // A fifth of that, so that a slow disk or a busy moment does not lose the lock.
  refreshMs: 2_000,
  // Longer than a stale lock lasts: ten seconds, and the second by which the package may date a new lock ahead.
  acquireMs: 15_000,
};

/** A held lock. */
export interface HeldLock {
  /** @throws Problem `storage` when another process has taken the lock over; the caller must then write nothing */
  assertHeld(): Promise<void>;
}

interface Sighting {
  /** Identifies the folder: inode numbers are reused immediately, birth times are not. */
  readonly identity: string;
  readonly mtimeMs: number;
}

async function sight(lockPath: string): Promise<Sighting | undefined> {
  try {
    const { ino, birthtimeNs, mtimeMs } = await stat(lockPath, { bigint: true });
    return { identity: `${ino}:${birthtimeNs}`, mtimeMs: Number(mtimeMs) };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

const same = (one: Sighting, other: Sighting) => one.identity === other.identity && one.mtimeMs === other.mtimeMs;

const tooOld = (seen: Sighting, staleMs: number) => seen.mtimeMs < Date.now() - staleMs;

/**
 * Detects a stale lock by its age, or, in case the clock was set back, by observing that it is not refreshed for as
 * long.
 */
function createWatch(lockPath: string, staleMs: number): () => Promise<Sighting | undefined> {
  let first: { seen: Sighting; at: number } | undefined;
  return async () => {
    const seen = await sight(lockPath);
    if (seen === undefined) return undefined;
    if (first === undefined || !same(first.seen, seen)) first = { seen, at: performance.now() };
    return tooOld(seen, staleMs) || performance.now() - first.at > staleMs ? seen : undefined;
  };
}

/** Removes `dead` if it still exists. A second folder lets only one process at a time do this. */
async function takeAway(lockPath: string, dead: Sighting, staleMs: number): Promise<void> {
  const guard = `${lockPath}.breaking`;
  try {
    await mkdir(guard);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
    const other = await sight(guard);
    if (other !== undefined && tooOld(other, staleMs)) await rmdir(guard).catch(() => {});
    return;
  }
  try {
    const seen = await sight(lockPath);
    if (seen !== undefined && same(seen, dead)) await rmdir(lockPath);
  } finally {
    await rmdir(guard).catch(() => {});
  }
}

async function acquire(
  file: string,
  { staleMs, refreshMs, acquireMs }: LockTiming,
  onCompromised: (error: Error) => void,
): Promise<() => Promise<void>> {
  const giveUpAt = performance.now() + acquireMs;
  const lockPath = `${file}.lock`;
  const deadLock = createWatch(lockPath, staleMs);
  for (let pause = 4; ; pause = Math.min(pause * 1.5, 50)) {
    try {
      // The package must never consider it stale: the takeover is done here, see above.
      return await lock(file, { realpath: false, stale: Infinity, update: refreshMs, retries: 0, onCompromised });
    } catch (error) {
      if (errnoOf(error) !== 'ELOCKED') throw error;
    }
    if (performance.now() > giveUpAt) {
      throw new Problem('storage', `${file} cannot be changed: another program has held ${lockPath} too long.`);
    }
    const dead = await deadLock();
    if (dead !== undefined) await takeAway(lockPath, dead, staleMs);
    await sleep(pause * (0.5 + Math.random()));
  }
}

/**
 * Runs `work` while holding the lock of `file`. The file need not exist, but its folder must. Waits up to 15 s.
 *
 * @param timing shorter times, for tests
 * @throws Problem `storage` if the lock can't be acquired; and the errors of `work`
 */
export async function withFileLock<R>(
  file: string,
  work: (held: HeldLock) => Promise<R>,
  timing: LockTiming = TIMING,
): Promise<R> {
  const lockPath = `${file}.lock`;
  let lost = false;
  const onCompromised = () => {
    lost = true;
  };
  const release = await acquire(file, timing, onCompromised).catch((error: unknown) => {
    throw storageProblem(file, error);
  });
  const ours = await sight(lockPath).catch(() => undefined);
  const stillOurs = async () => !lost && ours !== undefined && (await sight(lockPath))?.identity === ours.identity;
  try {
    return await work({
      async assertHeld() {
        if (await stillOurs()) return;
        throw new Problem('storage', `${file} was not changed: its lock was lost to another program; try again.`);
      },
    });
  } finally {
    // Releasing removes any folder at that path, so only while it is ours; a remaining lock becomes stale.
    if (await stillOurs().catch(() => false)) await release().catch(() => {});
  }
}
