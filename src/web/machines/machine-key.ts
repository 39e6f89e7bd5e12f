/** A key with which a program of another host or service posts alerts for an account of this host. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** What is kept of a machine key; the key itself is not. */
export interface MachineKey {
  /** What the sysadmin calls it; unique. */
  readonly name: string;
  /** The account that the alerts belong to. */
  readonly owner: string;
  /** The account's uid when the key was made, so that a reused name inherits no key. */
  readonly uid: number;
  /** Where its alerts go; without it, the rules decide. */
  readonly to?: string;
  /**
   * SHA-256 of the key, base64url. A slow hash such as scrypt protects what people think up; the key is 256 random bits,
   * which no number of tries finds, and a slow hash would let strangers burn this host's processor with wrong keys.
   */
  readonly digest: string;
  /**
   * The secret of the signatures (`X-Hub-Signature-256`) that every request with this key must carry. It is kept as it is,
   * since a signature can't be checked with a digest of its secret.
   */
  readonly secret?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** The day of the last use in UTC, `2026-01-31`; absent before the first. */
  readonly usedOn?: string;
}

/** Bytes of a key, and of a secret. */
const BYTES = 32;
/** A key in base64url has 43 characters; longer ones are refused without a look. */
const MAX_PRESENTED = 100;
/** The form of a name: for people, and safe in a table, a log line and an address. */
const NAME = /^[a-z0-9][a-z0-9_.-]{0,63}$/;

export const isKeyName = (text: string): boolean => NAME.test(text);

/** A key, or the secret of one: 256 random bits, base64url. */
export const randomSecret = (): string => randomBytes(BYTES).toString('base64url');

const sha256 = (text: string) => createHash('sha256').update(text).digest();

/** The digest under which a key is kept. */
export const digestOf = (key: string): string => sha256(key).toString('base64url');

/** The entry of the key that a request presents. Every entry is compared, each in constant time. */
export function findKey(keys: Iterable<MachineKey>, presented: string): MachineKey | undefined {
  if (presented.length > MAX_PRESENTED) return undefined;
  const digest = sha256(presented);
  let found: MachineKey | undefined;
  for (const key of keys) if (timingSafeEqual(Buffer.from(key.digest, 'base64url'), digest)) found = key;
  return found;
}
