/**
 * What waiting and failed deliveries take of the disk, by account, and which failed ones make room. In memory: the
 * folders are the truth, and a start counts them again.
 *
 * Deliveries of one notification share its files on the disk, so these count once while any of them is there.
 */
import { accountKey } from '../../../core/account.ts';
import type { Delivery } from '../../../core/delivery/delivery.ts';
import type { DeliveryBounds } from '../../bounds.ts';
import { formatDelivery } from './delivery-file.ts';

/** A delivery that is not counted yet, and the text of its file. */
export interface Newcomer {
  readonly delivery: Delivery<unknown>;
  readonly text: string;
}

/** @see createHoldings */
export interface Holdings {
  /** Counts a delivery where it is now, or anew. @param text its file's, made anew unless given */
  count(delivery: Delivery<unknown>, hasFailed: boolean, text?: string): void;
  /** A delivery is gone. @returns how many files it had; `undefined` where it was not counted */
  release(delivery: string): number | undefined;
  /**
   * Failed deliveries that have to go so that others of one notification fit, oldest first; `undefined` where that is not
   * enough.
   */
  roomFor(all: readonly Newcomer[]): readonly string[] | undefined;
  /** Failed deliveries beyond the bounds of their number. */
  surplus(): readonly string[];
}

interface Held {
  readonly account: string;
  /** Of what is its alone. */
  readonly bytes: number;
  readonly files: number;
  /** With which other deliveries it shares its files. */
  readonly batch: string | undefined;
}

/** Of one account; `failed` oldest first. */
interface Sums {
  bytes: number;
  readonly failed: Set<string>;
}

/** The files of a notification, and how many deliveries have them. */
interface Shared {
  readonly bytes: number;
  deliveries: number;
}

const filesSize = ({ files }: Delivery<unknown>) => files.reduce((sum, { size }) => sum + size, 0);

/** Nothing is held yet. */
export function createHoldings(bounds: DeliveryBounds): Holdings {
  const held = new Map<string, Held>();
  const accounts = new Map<string, Sums>();
  const batches = new Map<string, Shared>();
  let total = 0;
  let failed = 0;

  /** Bytes that go with a delivery when so many others of its batch are gone already. */
  function freedBy({ bytes, batch }: Held, gone: number): number {
    const shared = batch === undefined ? undefined : batches.get(batch);
    return shared !== undefined && shared.deliveries - gone <= 1 ? bytes + shared.bytes : bytes;
  }

  function release(delivery: string): number | undefined {
    const entry = held.get(delivery);
    const sums = entry === undefined ? undefined : accounts.get(entry.account);
    if (entry === undefined || sums === undefined) return undefined;
    const bytes = freedBy(entry, 0);
    const shared = entry.batch === undefined ? undefined : batches.get(entry.batch);
    if (shared !== undefined) shared.deliveries -= 1;
    if (shared?.deliveries === 0) batches.delete(entry.batch ?? '');
    held.delete(delivery);
    sums.bytes -= bytes;
    total -= bytes;
    if (sums.failed.delete(delivery)) failed -= 1;
    if (sums.bytes <= 0 && sums.failed.size === 0) accounts.delete(entry.account);
    return entry.files;
  }

  /** @returns the bytes that come with it */
  function join(batch: string, files: number): number {
    const shared = batches.get(batch) ?? { bytes: files, deliveries: 0 };
    batches.set(batch, shared);
    shared.deliveries += 1;
    return shared.deliveries === 1 ? files : 0;
  }

  function count(delivery: Delivery<unknown>, hasFailed: boolean, text = formatDelivery(delivery)): void {
    release(delivery.delivery);
    const account = accountKey(delivery);
    const batch = delivery.files.length === 0 ? undefined : delivery.fanOut?.batch;
    const own = Buffer.byteLength(text) + (batch === undefined ? filesSize(delivery) : 0);
    const bytes = own + (batch === undefined ? 0 : join(batch, filesSize(delivery)));
    const sums = accounts.get(account) ?? { bytes: 0, failed: new Set() };
    accounts.set(account, sums);
    held.set(delivery.delivery, { account, bytes: own, files: delivery.files.length, batch });
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

  /** Collects names until their bytes are enough. */
  function createCollection() {
    const names = new Set<string>();
    const gone = new Map<string | undefined, number>();
    let bytes = 0;

    function add(name: string): void {
      const entry = held.get(name);
      if (entry === undefined) return;
      names.add(name);
      const before = gone.get(entry.batch) ?? 0;
      gone.set(entry.batch, before + 1);
      bytes += freedBy(entry, before);
    }

    return {
      names,
      collect(from: Iterable<string>, isEnough: (bytes: number) => boolean): boolean {
        // Mostly it is enough at once: the accounts need no order then.
        if (isEnough(bytes)) return true;
        for (const name of from) {
          if (!names.has(name)) add(name);
          if (isEnough(bytes)) return true;
        }
        return false;
      },
    };
  }

  return {
    count,
    release,
    roomFor(all) {
      const [first] = all;
      if (first === undefined) return [];
      const texts = all.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
      const bytes = texts + filesSize(first.delivery);
      const own = accounts.get(accountKey(first.delivery));
      const ownBytes = (own?.bytes ?? 0) + bytes;
      const most = ownBytes <= bounds.little ? bounds.bytes : bounds.bytes - bounds.reserve;
      const { names, collect } = createCollection();
      const fits =
        collect(own?.failed ?? [], (freed) => ownBytes - freed <= bounds.accountBytes) &&
        collect(failedFirst('bytes'), (freed) => total + bytes - freed <= most);
      return fits ? [...names] : undefined;
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
