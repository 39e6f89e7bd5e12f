/**
 * Ends the log-ins of people whose account is gone, or is another's now: a name may be given to somebody new, who would
 * else be taken for the one before.
 */

import { Problem } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { HostAccounts } from './accounts.ts';

/** How long an answer counts, and how often it is looked at those who listen, ms. */
const TTL_MS = 60_000;
const MAX_KNOWN = 10_000;

export interface AccountRevocation {
  /** Whether the account is still the one that logged in; if not, the session is ended. */
  stays(session: Session): Promise<boolean>;
  /** Looks after those who only listen, too. @param listening whose streams are open */
  start(listening: () => Iterable<Session>): void;
  stop(): void;
}

/** @param options.now milliseconds since the epoch */
export function createAccountRevocation(options: {
  readonly accounts: Pick<HostAccounts, 'uidOf'>;
  readonly sessions: Pick<Sessions, 'end'>;
  readonly log: Log;
  readonly now: () => number;
}): AccountRevocation {
  const { accounts, sessions, log, now } = options;
  const known = new Map<string, { readonly uid: Promise<number | undefined>; readonly until: number }>();
  let timer: NodeJS.Timeout | undefined;

  const uidOf = (user: string) => {
    const answer = known.get(user);
    if (answer !== undefined && answer.until > now()) return answer.uid;
    const uid = accounts.uidOf(user);
    known.delete(user);
    const [oldest] = known.keys();
    if (known.size >= MAX_KNOWN && oldest !== undefined) known.delete(oldest);
    known.set(user, { uid, until: now() + TTL_MS });
    return uid;
  };

  const stays = async (session: Session) => {
    const { user, key, uid } = session;
    try {
      if ((await uidOf(user)) === uid) return true;
      // What was known may be from before they got the account that they have just logged in with.
      known.delete(user);
      if ((await uidOf(user)) === uid) return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // A directory that is away for a while logs nobody out.
      known.delete(user);
      log.warn({ user, code: error.code }, error.message);
      return true;
    }
    log.info({ user }, 'The account is gone, or another’s now: its log-in was ended.');
    await sessions.end(user, key).catch((error: unknown) => log.error({ err: error }, 'That could not be written.'));
    return false;
  };

  return {
    stays,
    start(listening) {
      timer ??= setInterval(async () => {
        for (const session of [...listening()]) await stays(session);
      }, TTL_MS).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
