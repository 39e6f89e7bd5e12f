/**
 * Ends sessions whose account was deleted or has another uid: a user name may be reassigned, and the new owner must not
 * inherit the old sessions.
 */

import { Problem } from '../../core/problem.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { HostAccounts } from './accounts.ts';

/** How long an answer is cached, and the interval of checks of listening sessions, ms. */
const TTL_MS = 60_000;
const MAX_KNOWN = 10_000;

export interface AccountRevocation {
  /** Whether the account is still the one that logged in; otherwise the session is ended. */
  isCurrent(session: Session): Promise<boolean>;
  /** Whether an account has this uid; yes while the account service doesn't answer. */
  isSameAccount(user: string, uid: number): Promise<boolean>;
  /** Also checks sessions that only listen. @param listening the sessions with open streams */
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

  const isSameAccount = async (user: string, uid: number) => {
    try {
      if ((await uidOf(user)) === uid) return true;
      // The cached answer may be older than the account.
      known.delete(user);
      return (await uidOf(user)) === uid;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      // An unavailable account service must not end sessions.
      known.delete(user);
      log.warn({ user, code: error.code }, error.message);
      return true;
    }
  };

  const isCurrent = async ({ user, key, uid }: Session) => {
    if (await isSameAccount(user, uid)) return true;
    log.info({ user }, 'The account was deleted or reassigned; its session was ended.');
    await sessions
      .end(user, key)
      .catch((error: unknown) => log.error({ err: error }, 'The end of a session could not be stored.'));
    return false;
  };

  return {
    isCurrent,
    isSameAccount,
    start(listening) {
      timer ??= setInterval(async () => {
        for (const session of [...listening()]) await isCurrent(session);
      }, TTL_MS).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
    },
  };
}
