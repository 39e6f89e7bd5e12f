import * as v from 'valibot';

/** How somebody showed who they are: a provider said so, or this host's kernel. */
export type Proof = 'oidc' | 'host';

/** One log-in of one person on one browser. */
export interface Session {
  /** Digest of the cookie's value; nobody can make the cookie from it. */
  readonly key: string;
  readonly user: string;
  readonly proof: Proof;
  /** Root, as the kernel said. */
  readonly root: boolean;
  /** Which browser it was, in few words. */
  readonly device: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The same; right to some minutes. */
  readonly seenAt: number;
}

/** A session ends after a week without a visit, or after thirty days. */
export const IDLE_MS = 7 * 24 * 3_600_000;
export const LIFETIME_MS = 30 * 24 * 3_600_000;

/** Whether it still counts. @param now milliseconds since the epoch */
export const isAlive = ({ createdAt, seenAt }: Session, now: number): boolean =>
  now - createdAt < LIFETIME_MS && now - seenAt < IDLE_MS;

/** A session as it stands in the file. */
export const sessionShape = v.object({
  key: v.string(),
  user: v.string(),
  proof: v.picklist(['oidc', 'host']),
  root: v.boolean(),
  device: v.string(),
  createdAt: v.number(),
  seenAt: v.number(),
});
