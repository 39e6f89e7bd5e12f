/** Form tokens: a value known only to pages of the session, as a second protection against cross-site requests. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const BYTES = 32;

/** Derived from the cookie's value, so that nothing is stored. */
const secretOf = (cookie: string) => createHash('sha256').update('form\0').update(cookie).digest();

const xor = (one: Uint8Array, other: Uint8Array) => Buffer.from(one.map((byte, index) => byte ^ (other[index] ?? 0)));

/**
 * The token of a session for one page. It is masked differently each time, so that the size of a compressed page
 * reveals nothing about it (http://breachattack.com).
 */
export function formTokenOf(cookie: string): string {
  const pad = randomBytes(BYTES);
  return Buffer.concat([pad, xor(pad, secretOf(cookie))]).toString('base64url');
}

/** Whether a token belongs to this session. */
export function isFormToken(token: string, cookie: string): boolean {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== 2 * BYTES) return false;
  return timingSafeEqual(xor(bytes.subarray(0, BYTES), bytes.subarray(BYTES)), secretOf(cookie));
}
