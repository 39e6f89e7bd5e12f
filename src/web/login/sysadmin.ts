/** The sysadmin's requests on the host socket: list sessions, and end those of a user. */
import { Problem } from '../../core/problem.ts';
import { isProgram } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { LoginTokens } from './login-token.ts';

/** A session as `notify-web sessions --json` prints it. */
export interface SessionRecord {
  readonly user: string;
  /** The browser, or the program's name. */
  readonly device: string;
  readonly kind: 'browser' | 'program';
  /** The login method. */
  readonly by: string;
  /** ISO 8601 */
  readonly since: string;
  /** ISO 8601, accurate to some minutes. */
  readonly seen: string;
}

/** @throws Problem `not_allowed` unless the caller is root or the service's own account */
export function requireSysadmin(uid: number): void {
  if (uid === 0 || uid === process.getuid?.()) return;
  throw new Problem('not_allowed', 'Only root and the account of notify-web may do this.');
}

/** @param user whose sessions; all by default. @throws Problem `not_allowed` */
export function listSessions(uid: number, sessions: Sessions, user: string | undefined): object {
  requireSysadmin(uid);
  const list = sessions.of(user).map((session): SessionRecord => {
    const { device, method, createdAt, seenAt } = session;
    return {
      user: session.user,
      device,
      kind: isProgram(session) ? 'program' : 'browser',
      by: method,
      since: new Date(createdAt).toISOString(),
      seen: new Date(seenAt).toISOString(),
    };
  });
  return { ok: true, sessions: list };
}

/**
 * Ends all sessions of a user, including programs, and the user's one-time addresses.
 *
 * @throws Problem `not_allowed`; `bad_field` without a user; `storage`
 */
export async function logOut(
  uid: number,
  { sessions, loginTokens }: { readonly sessions: Sessions; readonly loginTokens: LoginTokens },
  user: string | undefined,
): Promise<object> {
  requireSysadmin(uid);
  if (!user) throw new Problem('bad_field', 'user: expected the user to log out.');
  loginTokens.revoke(user);
  return { ok: true, user, ended: await sessions.endAll(user) };
}
