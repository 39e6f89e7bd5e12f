/** What a sysadmin may ask on the host's socket: who is logged in, and an end to somebody's log-ins. */
import { Problem } from '../../core/problem.ts';
import { isProgram } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { LoginTokens } from './login-token.ts';

/** One log-in, as `notify-web sessions --json` prints it. */
export interface SessionRecord {
  readonly user: string;
  /** The browser, or the program's name. */
  readonly device: string;
  readonly kind: 'browser' | 'program';
  /** How they logged in. */
  readonly by: string;
  /** ISO 8601 */
  readonly since: string;
  /** ISO 8601, right to some minutes. */
  readonly seen: string;
}

/** @throws Problem `not_allowed` for all but root and the account that the service runs as */
function insist(uid: number): void {
  if (uid === 0 || uid === process.getuid?.()) return;
  throw new Problem('not_allowed', 'Only root and the account of notify-web may ask this.');
}

/** @param user whose; everybody's unless given. @throws Problem `not_allowed` */
export function listSessions(uid: number, sessions: Sessions, user: string | undefined): object {
  insist(uid);
  const list = sessions.of(user).map((session): SessionRecord => {
    const { device, proof, createdAt, seenAt } = session;
    return {
      user: session.user,
      device,
      kind: isProgram(session) ? 'program' : 'browser',
      by: proof,
      since: new Date(createdAt).toISOString(),
      seen: new Date(seenAt).toISOString(),
    };
  });
  return { ok: true, sessions: list };
}

/**
 * Ends all of somebody's log-ins, their programs', and the one-time addresses that were made for them.
 *
 * @throws Problem `not_allowed`; `bad_field` without a user; `storage`
 */
export async function logOut(
  uid: number,
  { sessions, oneTime }: { readonly sessions: Sessions; readonly oneTime: LoginTokens },
  user: string | undefined,
): Promise<object> {
  insist(uid);
  if (!user) throw new Problem('bad_field', 'user: expected whom to log out.');
  oneTime.revoke(user);
  return { ok: true, user, ended: await sessions.endAll(user) };
}
