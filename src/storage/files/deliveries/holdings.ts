/**
 * What waiting and failed deliveries take of the disk, by account, and which failed ones make room. In memory: the
 * folders are the truth, and a start counts them again.
 */
import { accountKey } from '../../../core/account.ts';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import type { DeliveryBounds } from '../../bounds.ts';
import { formatDelivery } from './delivery-file.ts';

/** @see createHoldings */
export interface Holdings {
  /** Counts a delivery where it is now, or anew. @param text its file's, made anew unless given */
  count(delivery: Delivery<unknown>, hasFailed: boolean, text?: string): void;
  /** A delivery is gone. @returns how many files it had; `undefined` where it was not counted */
  release(delivery: string): number | undefined;
  /** Failed deliveries that have to go so that another fits, oldest first; `undefined` where that is not enough. */
  roomFor(delivery: Delivery<unknown>, text: string): readonly string[] | undefined;
  /** Failed deliveries beyond the bounds of their number. */
  surplus(): readonly string[];
}

interface Held {
  readonly account: string;
  readonly bytes: number;
  readonly files: number;
}

/** Of one account; `failed` oldest first. */
interface Sums {
  bytes: number;
  readonly failed: Set<string>;
}

function sizeOf(delivery: Delivery<unknown>, text: string): number {
  return delivery.files.reduce((sum, { size }) => sum + size, Buffer.byteLength(text));
}

/** Nothing is held yet. */
export function createHoldings(bounds: DeliveryBounds): Holdings {
  const held = new Map<string, Held>();
  const accounts = new Map<string, Sums>();
  let total = 0;
  let failed = 0;

  function release(delivery: string): number | undefined {
    const entry = held.get(delivery);
    const sums = entry === undefined ? undefined : accounts.get(entry.account);
    if (entry === undefined || sums === undefined) return undefined;
    held.delete(delivery);
    sums.bytes -= entry.bytes;
    total -= entry.bytes;
    if (sums.failed.delete(delivery)) failed -= 1;
    if (sums.bytes <= 0 && sums.failed.size === 0) accounts.delete(entry.account);
    return entry.files;
  }

  function count(delivery: Delivery<unknown>, hasFailed: boolean, text = formatDelivery(delivery)): void {
    release(delivery.delivery);
    const account = accountKey(delivery);
    const bytes = sizeOf(delivery, text);
    const sums = accounts.get(account) ?? { bytes: 0, failed: new Set() };
    accounts.set(account, sums);
    held.set(delivery.delivery, { account, bytes, files: delivery.files.length });
    sums.bytes += bytes;
    total += bytes;
    if (!hasFailed) return;
    sums.failed.add(delivery.delivery);
    failed += 1;
  }

  /** Everybody's failed deliveries, oldest first within an account; first those of the account with the most. */
  function* failedFirst(most: 'bytes' | 'number'): Generator<string> {
    const size = ({ bytes, failed: own }: Sums) => (most === 'bytes' ? bytes : own.size);
    for (const sums of [...accounts.values()].sort((a, b) => size(b) - size(a))) yield* sums.failed;
  }

  /** Adds names until their bytes are enough. */
  function collect(into: Map<string, number>, names: Iterable<string>, isEnough: (bytes: number) => boolean): boolean {
    let bytes = [...into.values()].reduce((sum, size) => sum + size, 0);
    // Mostly it is enough at once: the accounts need no order then.
    if (isEnough(bytes)) return true;
    for (const name of names) {
      if (into.has(name)) continue;
      const size = held.get(name)?.bytes ?? 0;
      into.set(name, size);
      bytes += size;
      if (isEnough(bytes)) return true;
    }
    return false;
  }

  return {
    count,
    release,
    roomFor(delivery, text) {
      const bytes = sizeOf(delivery, text);
      const own = accounts.get(accountKey(delivery));
      const ownBytes = (own?.bytes ?? 0) + bytes;
      const most = ownBytes <= bounds.little ? bounds.bytes : bounds.bytes - bounds.reserve;
      const drop = new Map<string, number>();
      const fits =
        collect(drop, own?.failed ?? [], (freed) => ownBytes - freed <= bounds.accountBytes) &&
        collect(drop, failedFirst('bytes'), (freed) => total + bytes - freed <= most);
      return fits ? [...drop.keys()] : undefined;
    },
    surplus() {
      const drop = new Set<string>();
      for (const { failed: own } of accounts.values()) {
        const beyond = own.size - bounds.accountFailed;
        if (beyond > 0) for (const name of [...own].slice(0, beyond)) drop.add(name);
      }
      const most = failed - bounds.failed;
      if (drop.size >= most) return [...drop];
      for (const name of failedFirst('number')) {
        drop.add(name);
        if (drop.size >= most) break;
      }
      return [...drop];
    },
  };
}
