/** Requests in little memory. */
import { createHash } from 'node:crypto';
import type { FanOut } from '../../core/delivery/delivery.ts';
import { type DeliveryReceipt, type Receipt, receiptOfSeveral } from '../../core/receipt.ts';

/** Bytes of a digest that are kept, a byte a character: at 128 bits, two texts with the same are not met. */
const MARK_LENGTH = 16;
/** Identifies a text in 16 characters. */
export const markOf = (text: string) =>
  createHash('sha256').update(text).digest().subarray(0, MARK_LENGTH).toString('latin1');

/**
 * A request: the mark of its digest, then as JSON the time and what became of it: status, error and messages of its only
 * destination, or a list of slots. Strings instead of objects keep one with a single destination below 200 bytes.
 */
export type Packed = string;

/** What became of a request at one destination: status, error or 0, name, messages; `0` where that is not known. */
type Slot = 0 | [status: DeliveryReceipt['status'], error: string | 0, to: string, ...messageIds: number[]];

/** A delivery's place among those of its request; `undefined` for the only one. */
export type Member = Pick<FanOut, 'place' | 'of'> | undefined;

/** A request as it was packed. */
interface Unpacked {
  readonly mark: string;
  /** When it was accepted, ms since 1970. */
  readonly at: number;
  readonly isSeveral: boolean;
  readonly slots: readonly Slot[];
}

const slotOf = ({ status, error, to, messageIds }: DeliveryReceipt): Slot => [status, error ?? 0, to, ...messageIds];

function receiptIn(slot: Slot): DeliveryReceipt[] {
  if (slot === 0) return [];
  const [status, error, to, ...messageIds] = slot;
  return [{ to, status, messageIds, ...(error !== 0 && { error }) }];
}

/** The name of an only destination is not part of an answer, so it is not kept. */
function onlyFields(slot: Slot = 0): readonly unknown[] {
  if (slot === 0) return [];
  const [status, error, , ...messageIds] = slot;
  return [status, error, ...messageIds];
}

function write({ mark, at, isSeveral, slots }: Unpacked): Packed {
  return `${mark}${JSON.stringify([at, ...(isSeveral ? [slots] : onlyFields(slots[0]))])}`;
}

function read(packed: Packed): Unpacked {
  const mark = packed.slice(0, MARK_LENGTH);
  const [at, first, ...rest] = JSON.parse(packed.slice(MARK_LENGTH));
  if (Array.isArray(first)) return { mark, at, isSeveral: true, slots: first };
  const [error, ...messageIds] = rest;
  return { mark, at, isSeveral: false, slots: first === undefined ? [0] : [[first, error, '', ...messageIds]] };
}

/** Packs a request of which nothing is known but how many destinations it has. @param mark of its digest */
export function packEmpty(mark: string, at: number, member: Member): Packed {
  return write({ mark, at, isSeveral: member !== undefined, slots: Array(member?.of ?? 1).fill(0) });
}

/** Packs a request that waits at each of its destinations. @param at when it was accepted, ms since 1970 */
export function packQueued(mark: string, at: number, names: readonly string[]): Packed {
  const slots = names.map((to) => slotOf({ to, status: 'queued', messageIds: [] }));
  return write({ mark, at, isSeveral: names.length > 1, slots });
}

/** Sets what became of a request at a destination. */
export function withReceipt(packed: Packed, receipt: DeliveryReceipt, member: Member): Packed {
  const request = read(packed);
  const place = member?.place ?? 0;
  if (place >= request.slots.length) return packed;
  return write({ ...request, slots: request.slots.with(place, slotOf(receipt)) });
}

/** Whether it is known what became of a request at a place; one that it has not counts as known. */
export function isKnown(packed: Packed, member: Member): boolean {
  return read(packed).slots[member?.place ?? 0] !== 0;
}

/** @param id the request's, for its receipt */
export function unpack(
  packed: Packed,
  id: string,
): { readonly mark: string; readonly at: number; readonly places: number; readonly receipt: Receipt } {
  const { mark, at, isSeveral, slots } = read(packed);
  const known = slots.flatMap(receiptIn);
  const [{ status, messageIds, error } = { status: 'queued' as const, messageIds: [], error: undefined }] = known;
  const one: Receipt = { id, status, messageIds, ...(error !== undefined && { error }) };
  return { mark, at, places: slots.length, receipt: isSeveral ? receiptOfSeveral(id, known) : one };
}
