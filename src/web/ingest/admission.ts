/**
 * Admits the requests of machines: with a valid key of an account that still exists, within the limits of that key.
 *
 * Promises: wrong keys are charged to where they come from, and never delay a request with a valid one; a key appears in no
 * log line and in no answer.
 */
import { Problem } from '../../core/problem.ts';
import { createConcurrencyLimit, type Place } from '../../shared/fairness/concurrency-limit.ts';
import { createRateLimit } from '../../shared/http/rate-limit.ts';
import type { Log } from '../../shared/process/log.ts';
import type { WebContext } from '../context.ts';
import { RateLimited } from '../guard/rate-limit.ts';
import type { MachineKey } from '../machines/machine-key.ts';
import type { MachineKeys } from '../machines/machine-keys.ts';
import { presentedKey } from './credentials.ts';

/** Refused keys a minute of one source: an address, a network, or an account of this host. */
const FAILURES_PER_MINUTE = 60;
/** Requests a minute with one key: an Alertmanager with hundreds of groups, each posted every few seconds. */
const PER_MINUTE = 600;
/** Requests under way: with bodies of a MiB and what is parsed of them, some 150 MiB. */
const CONCURRENT = { perParty: 4, overall: 16 };
/** How long a request waits for its turn; Prometheus and Alertmanager give up after 10 s. */
const WAIT_MS = 8_000;

/** A request that was let in. */
export interface Admitted {
  readonly key: MachineKey;
  /** To be freed when the request is answered. */
  readonly place: Place;
}

/** @see createAdmission */
export interface Admission {
  /** @throws Problem `wrong_key`; RateLimited */
  admit(context: WebContext): Promise<Admitted>;
  /** Charges the source of a request that was refused. @throws RateLimited when it has had too many */
  countFailure(context: WebContext): void;
}

/** @param options.isSameAccount whether an account still has the uid that it had */
export function createAdmission(options: {
  readonly keys: MachineKeys;
  readonly isSameAccount: (user: string, uid: number) => Promise<boolean>;
  readonly log: Log;
}): Admission {
  const { keys, isSameAccount, log } = options;
  const now = () => performance.now();
  const failures = createRateLimit<string>({ perMinute: FAILURES_PER_MINUTE, now });
  const rate = createRateLimit<string>({ perMinute: PER_MINUTE, now });
  const places = createConcurrencyLimit(CONCURRENT);

  const take = (limit: typeof rate, party: string) => {
    const wait = limit.take(party);
    if (wait > 0) throw new RateLimited(wait);
  };
  const countFailure = ({ env: { source } }: WebContext) => take(failures, source);

  const refuse = (context: WebContext, sentence: string): Problem => {
    countFailure(context);
    return new Problem('wrong_key', sentence);
  };

  const keyOf = async (context: WebContext): Promise<MachineKey> => {
    const presented = presentedKey(context);
    const key = presented === undefined ? undefined : keys.find(presented);
    if (key === undefined) {
      const what = presented === undefined ? 'There is no machine key in the request' : 'The machine key is wrong';
      throw refuse(context, `${what}: make one with notify-web keys add.`);
    }
    take(rate, key.name);
    const { name, owner, uid } = key;
    if (await isSameAccount(owner, uid)) return key;
    log.warn({ key: name, owner }, 'A machine key was refused: its account was deleted or reassigned.');
    throw refuse(context, `The account of the key ${name} was deleted or has another uid: make another key.`);
  };

  return {
    countFailure,
    async admit(context) {
      const key = await keyOf(context);
      const place = await places.wait(key.name, WAIT_MS, context.req.raw.signal);
      if ('full' in place) throw new RateLimited(WAIT_MS);
      return { key, place };
    },
  };
}
