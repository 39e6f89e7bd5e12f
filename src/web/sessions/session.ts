/** How a session was authenticated: by an OpenID provider, by this host's kernel, or by a program's key. */
export type LoginMethod = 'oidc' | 'host' | 'program';

/** A session of a user in one browser, or of one program of theirs. */
export interface Session {
  /** Digest of the cookie's value or of the program's key, which can't be derived from it. */
  readonly key: string;
  readonly user: string;
  /** The account's uid at login. */
  readonly uid: number;
  readonly method: LoginMethod;
  /** Whether the kernel identified the user as root. */
  readonly root: boolean;
  /** A short name of the browser, or the program's name. */
  readonly device: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Last visit, milliseconds since the epoch, accurate to some minutes. */
  readonly seenAt: number;
}

const DAY_MS = 24 * 3_600_000;
/** A browser's session ends after a week without a visit, or after thirty days. */
const IDLE_MS = 7 * DAY_MS;
export const LIFETIME_MS = 30 * DAY_MS;
/** A program's key expires after thirty days without a visit, or after a year. */
const PROGRAM_IDLE_MS = 30 * DAY_MS;
const PROGRAM_LIFETIME_MS = 365 * DAY_MS;

export const isProgram = ({ method }: Pick<Session, 'method'>): boolean => method === 'program';

/** The key of the session's limits: all browsers of a user share one, each program has its own. */
export const ownerKeyOf = (session: Session): string =>
  isProgram(session) ? `program ${session.key}` : `user ${session.user}`;

/** Whether a session is still valid. @param now milliseconds since the epoch */
export function isAlive(session: Session, now: number): boolean {
  const [life, idle] = isProgram(session) ? [PROGRAM_LIFETIME_MS, PROGRAM_IDLE_MS] : [LIFETIME_MS, IDLE_MS];
  return now - session.createdAt < life && now - session.seenAt < idle;
}
