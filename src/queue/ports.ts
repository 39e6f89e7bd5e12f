/** What the queue needs of others: a place to keep deliveries, a history, a channel to send by. */
import type { Readable } from 'node:stream';
import type { Attachment, Delivery, FanOut } from '../core/delivery/delivery.ts';
import type { DeliveryEvent } from '../core/delivery/delivery-event.ts';
import type { HistoryRecord } from '../core/delivery/history-record.ts';
import type { EditableMessage, KeyedMessage, KeyedPlace } from '../core/delivery/keyed-message.ts';
import type { Outcome, ReplacedOutcome } from '../core/delivery/outcome.ts';
import type { Destination } from '../core/destination.ts';
import type { DeliveryReceipt } from '../core/receipt.ts';

/** An opened file. Its stream must be read to the end or destroyed. */
export interface OpenedFile {
  /** Bytes that are stored now. */
  readonly size: number;
  readonly stream: Readable;
}

/** Deliveries that are stored together, and not yet each by itself. */
export interface StoredBatch<P> {
  readonly deliveries: readonly Delivery<P>[];
  /** Resolves when each is stored by itself: none may be sent, changed or removed before. Never rejects. */
  readonly separate: Promise<void>;
}

/** What a store holds when it is opened. */
export interface StoredDeliveries<P> {
  /** What waits, in the order of acceptance. */
  readonly waiting: readonly Delivery<P>[];
  /** What waits too, and cannot be stored by itself yet, such as on a full disk. */
  readonly batches: readonly StoredBatch<P>[];
  /** Ids of deliveries that can't be read. */
  readonly corrupt: readonly string[];
}

/**
 * Where deliveries are kept until they are settled.
 *
 * Promises: what `put` and `putAll` resolved for survives a power cut; a delivery waits, or is with the failed ones, or
 * is gone because it was sent, and a crash between two of these leaves it in the earlier one.
 */
export interface DeliveryStore<P> {
  /** Undoes or finishes what a crash interrupted. */
  open(): Promise<StoredDeliveries<P>>;
  /** Stores a delivery and takes its blobs over, in the order of `delivery.files`. @throws Problem `storage`, and nothing of it is left */
  put(delivery: Delivery<P>, blobs: readonly string[]): Promise<void>;
  /**
   * Stores the deliveries of one notification, all or none, and takes their blobs over, which are stored once for all.
   * They differ in `delivery`, `destination` and the place of their `fanOut` only.
   *
   * @throws Problem `storage`, and nothing of them is left
   */
  putAll(deliveries: readonly Delivery<P>[], blobs: readonly string[]): Promise<StoredBatch<P>>;
  /** Reads a waiting delivery; `undefined` when it is gone. @throws Problem `bad_delivery` when it can't be read */
  get(delivery: string): Promise<Delivery<P> | undefined>;
  /** Replaces a waiting delivery. @throws Problem `storage` */
  update(delivery: Delivery<P>): Promise<void>;
  /** Drops one that was sent. */
  remove(delivery: Delivery<P>): Promise<void>;
  /** Moves one that was given up to the failed ones. @throws Problem `storage` */
  fail(delivery: Delivery<P>): Promise<void>;
  /** Puts aside one that can't be read, with its files. */
  quarantine(delivery: string): Promise<void>;
  /** Lets a failed delivery wait again, as `repeat` makes it. @throws Problem `unknown_delivery`, `storage` */
  requeue(failed: string, repeat: (old: Delivery<P>) => Promise<Delivery<P>>): Promise<Delivery<P>>;
  /** Opens a file of a delivery that waits or failed; `undefined` when it is gone. */
  openFile(delivery: string, place: number): Promise<OpenedFile | undefined>;
}

/** Keeps settled deliveries. */
export interface SettledLog {
  /** Adds one; durable when it resolves. @throws Problem `history_full` for a muted one that finds no room */
  append(record: HistoryRecord): Promise<void>;
  /** Newest first, back to a time (ms since 1970). */
  backwards(since: number): AsyncIterable<HistoryRecord>;
}

/** An idempotency id that a sender used, and how a delivery of its notification ended. */
export interface UsedId {
  readonly user: string;
  readonly id: string;
  readonly receipt: DeliveryReceipt;
  /** Absent where the notification went to one destination only. */
  readonly fanOut?: FanOut;
  /** Over the whole request. */
  readonly digest: string;
  /** When it was accepted, ms since 1970. */
  readonly at: number;
}

/** Idempotency ids of settled deliveries; a waiting delivery holds its own. */
export interface UsedIds {
  /** Newest first, back to a time (ms since 1970). */
  usedSince(since: number): AsyncIterable<UsedId>;
}

/**
 * The last message with each key of an account, so that the next one can replace it. Bounded: the oldest is forgotten, which
 * means only that the next message with its key is sent as a new one.
 */
export interface KeyedMessages {
  /** The last message with a key; `undefined` for one that is not known, or can't be read. */
  find(place: KeyedPlace): Promise<KeyedMessage | undefined>;
  /** Keeps a message in place of an earlier one. @throws the system's error; the earlier one then counts */
  remember(place: KeyedPlace, message: KeyedMessage): Promise<void>;
}

/** Deliveries that must stay in order share a lane. An opaque key that a channel makes. */
export type Lane = string;

/** The rate limits of a channel. */
export interface Limits {
  /** Messages a second over all lanes. */
  readonly perSecond: number;
  /** Messages a second in one lane, lasting. */
  readonly perLanePerSecond: number;
  /** Messages that a lane may send at once before that rate holds. */
  readonly laneBurst: number;
  /** Messages in a lane of the class `group` within `groupWindow`. */
  readonly perGroup: number;
  /** Milliseconds. */
  readonly groupWindow: number;
}

/** What a channel gets to send one part. */
export interface SendTarget {
  readonly destination: Destination;
  /** The delivery's files, which a part names by their place. */
  readonly files: readonly OutgoingFile[];
  /** It has a key: its outcome says how it can be edited. */
  readonly isKeyed?: boolean;
  /** Edit this message instead of sending one, where it can be edited. */
  readonly edits?: EditableMessage;
  /** Counts messages to the limits beyond the part's own cost, such as a second try in another form. */
  readonly charge: (messages: number) => void;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
}

/** A file of a delivery on its way out. */
export interface OutgoingFile extends Attachment {
  /** `undefined` when it is gone. */
  open(): Promise<OpenedFile | undefined>;
}

/** A way to send. */
export interface Channel<P> {
  readonly limits: Limits;
  laneOf(destination: Destination): Lane;
  /** Which limits hold in a lane. */
  classOf(lane: Lane): 'private' | 'group';
  /** Makes one call for one part. Never throws for what happens at the other end. */
  send(part: P, target: SendTarget): Promise<Outcome | ReplacedOutcome<P>>;
}

/** What the queue asks before a send, and reports. */
export interface QueueEvents<P> {
  /** Called before each part: a reason not to send after all, or nothing. */
  precheck(delivery: Delivery<P>): Promise<string | undefined>;
  /** Asked before each part: whether what made the delivery has taken it back. It is then recorded as cancelled. */
  isTakenBack(delivery: Delivery<P>): Promise<boolean>;
  /** Asked before the first part of a delivery: whether to hold it back until `Queue.release`. */
  isHeld(delivery: Delivery<P>): Promise<boolean>;
  /** Asked before the first part of a delivery that was to be sent later: whether to record it only. */
  isMuted(delivery: Delivery<P>): Promise<boolean>;
  /** The delivery is recorded and removed. */
  sent(delivery: Delivery<P>): void;
  retrying(delivery: Delivery<P>, reason: string, waitMs: number): void;
  failed(delivery: Delivery<P>, reason: string, unreachable: boolean): Promise<void>;
  moved(from: Destination, to: Destination): Promise<void>;
  /** A topic takes no message any more; what was for it goes to its group. */
  topicLost(destination: Destination, reason: string): void;
  /** A delivery that could not be read was put aside. */
  corrupt(delivery: string, reason: string): void;
  /** Reports every change of state. */
  changed(event: DeliveryEvent): void;
}
