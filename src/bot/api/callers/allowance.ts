/**
 * What the requests of one user may take of the service: large bodies in memory and files on disk at once, and the
 * process's time. A request that finds no place free waits unread, so that it takes nothing while it waits.
 */
import type { Caller } from '../../../core/account.ts';
import type { Release } from '../http/memory-quota.ts';
import { TooManyRequests } from '../http/too-many-requests.ts';
import {
  COST_BUDGET,
  MAX_BODIES_PER_UID,
  MAX_PICTURES_PER_UID,
  MAX_STAGED_BYTES_PER_UID,
  MAX_UPLOADS_PER_UID,
  MAX_WITHDRAWALS_PER_UID,
  PLACE_WAIT_MS,
} from '../limits.ts';
import { createCostMeter } from './cost-meter.ts';
import { createFairWork } from './fair-work.ts';
import { createShares } from './shares.ts';

/** What a request takes for itself; each function waits, and returns what gives the share back. */
export interface Allowance {
  /** To read a large JSON body. @throws TooManyRequests */
  body(): Promise<Release>;
  /** To fetch a picture. @throws TooManyRequests */
  picture(): Promise<Release>;
  /** To take a message back. @throws TooManyRequests */
  withdrawal(): Promise<Release>;
  /** To store files. @throws TooManyRequests */
  upload(): Promise<UploadPlace>;
  /**
   * Does work that occupies the process, when it is the caller's turn, and counts its time.
   * @param isLong whether it may take more than some milliseconds
   * @throws TooManyRequests when the caller has used up theirs; what `run` throws
   */
  work<T>(run: () => T, isLong?: boolean): Promise<T>;
  /** Counts about `ms` milliseconds of work that waits in between, such as a search, and waits for the caller's next turn. */
  pause(ms: number): Promise<void>;
}

/** The place of a request that stores files. */
export interface UploadPlace {
  /** Waits until so many bytes may be stored; called once, since two could wait for each other. @throws TooManyRequests */
  reserve(bytes: number): Promise<void>;
  /** The files are stored elsewhere, or gone. */
  readonly release: Release;
}

/** The allowance of a caller; trusted callers act for many users and have no limit, only their turn. */
export type AllowanceOf = (caller: Pick<Caller, 'uid' | 'trusted'>) => Allowance;

const SOON_MS = 5_000;

const unlimited: Pick<Allowance, 'body' | 'picture' | 'withdrawal' | 'upload'> = {
  body: async () => () => {},
  picture: async () => () => {},
  withdrawal: async () => () => {},
  upload: async () => ({ reserve: async () => {}, release() {} }),
};

/** Nobody has taken anything yet. @param now milliseconds on a clock that never goes back */
export function createAllowances(now: () => number): AllowanceOf {
  const refuse = (what: string, code: 'too_many_bodies' | 'too_many_requests' | 'too_many_uploads') => () =>
    new TooManyRequests(what, SOON_MS, code);
  const waitMs = PLACE_WAIT_MS;
  const bodies = createShares({
    perUid: MAX_BODIES_PER_UID,
    waitMs,
    refusal: refuse(`${MAX_BODIES_PER_UID} large bodies of yours arrive at the moment`, 'too_many_bodies'),
  });
  const pictures = createShares({
    perUid: MAX_PICTURES_PER_UID,
    waitMs,
    refusal: refuse(`${MAX_PICTURES_PER_UID} pictures are fetched for you at the moment`, 'too_many_requests'),
  });
  const withdrawals = createShares({
    perUid: MAX_WITHDRAWALS_PER_UID,
    waitMs,
    refusal: refuse(`${MAX_WITHDRAWALS_PER_UID} messages of yours are taken back at the moment`, 'too_many_requests'),
  });
  const uploads = createShares({
    perUid: MAX_UPLOADS_PER_UID,
    waitMs,
    refusal: refuse(`${MAX_UPLOADS_PER_UID} requests of yours with files are under way`, 'too_many_uploads'),
  });
  const staged = createShares({
    perUid: MAX_STAGED_BYTES_PER_UID,
    waitMs,
    refusal: refuse('The files of your requests under way are too large together', 'too_many_uploads'),
  });

  async function upload(uid: number): Promise<UploadPlace> {
    const taken = [await uploads.take(uid, 1)];
    return {
      async reserve(bytes) {
        taken.push(await staged.take(uid, bytes));
      },
      release() {
        for (const release of taken) release();
      },
    };
  }

  const fairWork = createFairWork(now);
  const meter = createCostMeter(COST_BUDGET, now);

  function charged<T>(uid: number, run: () => T, isLong?: boolean): Promise<T> {
    const checked = () => {
      // At the last moment: what was admitted before it may have used everything up.
      const wait = meter.wait(uid);
      if (wait > 0) throw new TooManyRequests('Your requests cost more time than is yours', wait);
      return run();
    };
    return fairWork.run(uid, checked, (ms) => meter.charge(uid, ms), isLong);
  }

  return ({ uid, trusted }) =>
    trusted
      ? {
          ...unlimited,
          work: (run, isLong) => fairWork.run(uid, run, () => {}, isLong),
          pause: (ms) => fairWork.pause(uid, ms),
        }
      : {
          body: () => bodies.take(uid, 1),
          picture: () => pictures.take(uid, 1),
          withdrawal: () => withdrawals.take(uid, 1),
          upload: () => upload(uid),
          work: (run, isLong) => charged(uid, run, isLong),
          async pause(ms) {
            meter.charge(uid, ms);
            await fairWork.pause(uid, ms);
          },
        };
}
