import * as v from 'valibot';

/** How somebody showed who they are: a provider said so, or this host's kernel; or a program of theirs has a key. */
export type Proof = 'oidc' | 'host' | 'program';

/** One log-in of one person on one browser, or of one program of theirs. */
export interface Session {
  /** Digest of the cookie's value, or of the program's key; nobody can make one from it. */
  readonly key: string;
  readonly user: string;
  /** The account's number at the log-in; absent where the host has no such account. */
  readonly uid?: number | undefined;
  readonly proof: Proof;
  /** Root, as the kernel said. */
  readonly root: boolean;
  /** Which browser it was, in few words; or how its owner calls the program. */
  readonly device: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The same; right to some minutes. */
  readonly seenAt: number;
}

const DAY_MS = 24 * 3_600_000;
/** A log-in ends after a week without a visit, or after thirty days. */
const IDLE_MS = 7 * DAY_MS;
export const LIFETIME_MS = 30 * DAY_MS;
/** A program's key after thirty days without a visit, or after a year. */
const PROGRAM_IDLE_MS = 30 * DAY_MS;
const PROGRAM_LIFETIME_MS = 365 * DAY_MS;

export const isProgram = ({ proof }: Pick<Session, 'proof'>): boolean => proof === 'program';

/** Whose share of what is limited it takes: all of a person's browsers share one, each program has its own. */
export const ownerKeyOf = (session: Session): string =>
  isProgram(session) ? `program ${session.key}` : `user ${session.user}`;

/** Whether it still counts. @param now milliseconds since the epoch */
export function isAlive(session: Session, now: number): boolean {
  const [life, idle] = isProgram(session) ? [PROGRAM_LIFETIME_MS, PROGRAM_IDLE_MS] : [LIFETIME_MS, IDLE_MS];
  return now - session.createdAt < life && now - session.seenAt < idle;
}

/** A session as it stands in the file. */
export const sessionShape = v.object({
  key: v.string(),
  user: v.string(),
  uid: v.optional(v.number()),
  proof: v.picklist(['oidc', 'host', 'program']),
  root: v.boolean(),
  device: v.string(),
  createdAt: v.number(),
  seenAt: v.number(),
});
