/** Codes that register destinations: `destination_codes.json`, which holds digests only. */
import { randomBytes, scrypt } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  isPlaceName,
  isSender,
  type Registration,
  readRegistrationCode,
  registrationCode,
} from '../../../core/destination.ts';
import type { Problem } from '../../../core/problem.ts';
import { type ConcurrencyLimits, createConcurrencyLimit } from '../../../shared/fairness/concurrency-limit.ts';
import type { JsonObject } from '../../../shared/json/json-object.ts';
import type { RegistrationCodes } from '../../ports.ts';
import { isUid } from '../entries.ts';
import { createOneTimeTokens } from './one-time.ts';

export interface RegistrationCodesOptions {
  readonly dataDir: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Called once for each new reason why the file cannot be read. */
  readonly onProblem?: (problem: Problem) => void;
}

/** Good codes of one account: nobody sets up more places within ten minutes. */
const MOST_OF_ACCOUNT = 20;
/**
 * A code has 40 bits, so that a person can type it. Somebody who reads the file must not find it by trying all of them within
 * its ten minutes: each try takes about 10 ms and 4 MiB. https://datatracker.ietf.org/doc/html/rfc7914
 */
const COST = { N: 4096, r: 8, p: 1 };
/** The same for every code: with a salt of its own each, an entry could not be found by its code. */
const SALT = 'notify-bot destination code';
const DIGEST_BYTES = 32;

const stretch = promisify<string, string, number, typeof COST, Buffer>(scrypt);
const digestOf = async (letters: string) => (await stretch(letters, SALT, DIGEST_BYTES, COST)).toString('hex');
/** One digest at a time, of those who want one in turns: Node has four threads for this, and all files are read and written by them. */
const AT_ONCE: ConcurrencyLimits = { perParty: 1, overall: 1 };
/** The party that all codes count for which are redeemed. */
const REDEEMING = 'redeeming';

function read({ name, owner, owner_uid: uid, senders }: JsonObject): Registration | undefined {
  if (typeof name !== 'string' || !isPlaceName(name) || typeof owner !== 'string' || !isUid(uid)) return undefined;
  const common = { name, owner: { user: owner, uid } };
  if (senders === undefined) return common;
  if (!Array.isArray(senders)) return undefined;
  const names = senders.map(String);
  return names.every(isSender) ? { ...common, senders: names } : undefined;
}

/** Opens the codes; touches nothing until first asked. */
export function createRegistrationCodes(options: RegistrationCodesOptions): RegistrationCodes {
  const { dataDir, now, onProblem } = options;
  const pending = createOneTimeTokens<Registration>({
    path: join(dataDir, 'destination_codes.json'),
    now,
    unreadable: 'destinations_unreadable',
    ...(onProblem === undefined ? {} : { onProblem }),
    read,
    write: ({ name, owner, senders }) => ({
      name,
      owner: owner.user,
      owner_uid: owner.uid,
      ...(senders !== undefined && { senders }),
    }),
    ownerOf: ({ name, owner }) => `${owner.uid} ${name}`,
    perAccount: { most: MOST_OF_ACCOUNT, accountOf: ({ owner }) => owner.uid },
  });
  const places = createConcurrencyLimit(AT_ONCE);

  async function inTurn<T>(party: string, run: () => Promise<T>): Promise<T> {
    const place = await places.enter(party);
    try {
      return await run();
    } finally {
      place.free();
    }
  }

  return {
    issue: (registration) =>
      inTurn(String(registration.owner.uid), async () => {
        const code = registrationCode(randomBytes(8));
        // Of 10,000 codes two are the same once in 20,000 times.
        const digest = await digestOf(readRegistrationCode(code) ?? code);
        const { expiresAt } = await pending.add(registration, () => digest);
        return { code, expiresAt };
      }),
    async redeem(code) {
      const letters = readRegistrationCode(code);
      if (letters === undefined) return { outcome: 'unknown' };
      return inTurn(REDEEMING, async () => pending.take(await digestOf(letters)));
    },
    check: () => pending.check(),
  };
}
