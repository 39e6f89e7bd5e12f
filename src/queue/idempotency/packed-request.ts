/** Settled requests in little memory. */
import { createHash } from 'node:crypto';
import type { Receipt } from '../../core/receipt.ts';

/** Bytes of a digest that are kept, a byte a character: at 128 bits, two texts with the same are not met. */
const MARK_LENGTH = 16;
/** Identifies a text in 16 characters. */
export const markOf = (text: string) =>
  createHash('sha256').update(text).digest().subarray(0, MARK_LENGTH).toString('latin1');

/**
 * A settled request: the mark of its digest, then time, status, error and messages as JSON. Strings instead of objects
 * keep it below 200 bytes.
 */
export type Packed = string;

/** Packs a settled request. @param mark of its digest @param at when it was accepted, ms since 1970 */
export function pack(mark: string, at: number, { status, error, messageIds }: Receipt): Packed {
  return `${mark}${JSON.stringify([at, status, error ?? 0, ...messageIds])}`;
}

/** @param id the request's, for its receipt */
export function unpack(
  packed: Packed,
  id: string,
): { readonly mark: string; readonly at: number; readonly receipt: Receipt } {
  const [at, status, error, ...messageIds] = JSON.parse(packed.slice(MARK_LENGTH));
  const receipt = { id, status, messageIds, ...(error !== 0 && { error }) };
  return { mark: packed.slice(0, MARK_LENGTH), at, receipt };
}
