import type { Account } from '../account.ts';
import type { Button } from '../buttons.ts';
import type { Destination } from '../destination.ts';
import type { Labels, Origin, Passes } from '../notification.ts';

/** What the history keeps of a notification, so that its owner can look it up. */
export interface Summary {
  readonly title?: string;
  /** The body, cut after 4,096 characters. */
  readonly text: string;
  /** How the body is written, unless it is in Markdown. */
  readonly parseMode?: string;
  readonly source?: string;
  readonly severity?: string;
  /** What it is about, in its sender's words: a later one with the same key may replace it. */
  readonly key?: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly labels?: Labels;
  /** Rows of its buttons. */
  readonly buttons?: readonly (readonly Button[])[];
  /** How many of the delivery's files are pictures; these are the first ones. */
  readonly pictures?: number;
  /** Its other files. */
  readonly others?: readonly Attachment[];
}

/** A file of a delivery. Its place in the list names it. */
export interface Attachment {
  /** The file's own name, as the reader sees it. */
  readonly name: string;
  /** Bytes. */
  readonly size: number;
}

/** One part of a delivery. Only the channel knows what a part holds. */
export interface Step<P> {
  readonly part: P;
  /** How many messages it is to the channel's rate limits: 1, or the size of an album. */
  readonly cost: number;
}

/** A step that the channel refused for good. */
export interface RefusedStep {
  /** Its place among the steps. */
  readonly step: number;
  readonly reason: string;
  /** A note in the chat says so. */
  readonly isNoted?: boolean;
}

/** What a delivery knows of the others of its notification, where that goes to several destinations. */
export interface FanOut {
  /** What all of them share: the id of the first delivery. */
  readonly batch: string;
  /** Its place among the destinations, from 0. */
  readonly place: number;
  /** How many destinations there are. */
  readonly of: number;
}

/** One notification for one destination, with its parts, until it is sent or given up. */
export interface Delivery<P> extends Account {
  /** Its own id, unique; ids sort in the order of acceptance. */
  readonly delivery: string;
  /** The notification's id: the sender's, or that of its first delivery. */
  readonly id: string;
  /** Set when the sender gave the id: a digest of the whole request. */
  readonly digest?: string;
  readonly destination: Destination;
  /** Absent where its notification goes to one destination only. */
  readonly fanOut?: FanOut;
  /** ISO 8601, like every time here. */
  readonly acceptedAt: string;
  /** When it is sent, where the sender asked for later. */
  readonly sendAt?: string;
  /** Edit the last message with its key instead of sending one. */
  readonly replace?: boolean;
  /** The feature of the bot that made its notification. */
  readonly origin?: Origin;
  /** What does not hold it back. */
  readonly passes?: Passes;
  /** Most tries of a step whose failure is temporary, while the channel takes others; a day's unless given. */
  readonly mostTries?: number;
  /** Since when it is held back; absent where it is not. */
  readonly heldSince?: string;
  readonly summary: Summary;
  readonly steps: readonly Step<P>[];
  readonly files: readonly Attachment[];
  /** How many steps are done. */
  readonly done: number;
  readonly messageIds: readonly number[];
  /** The channel's own ids of the files, by their place; `null` for a file without one. */
  readonly fileIds?: readonly (string | null)[];
  /** Failed tries of the current step. */
  readonly attempts: number;
  /** How many of them may have sent it all the same: the channel's answer was lost. */
  readonly unconfirmed?: number;
  /** The steps that the channel refused for good, in order; the steps after them were sent. */
  readonly refused?: readonly RefusedStep[];
  /** When the last try failed. */
  readonly triedAt?: string;
  /** How long it has been tried, ms, not counting time in which the service was off. */
  readonly triedMs?: number;
  /** Why the last try failed. */
  readonly lastError?: string;
  /** When it was given up. */
  readonly failedAt?: string;
  /** It was given up without knowing whether its current step arrived. */
  readonly isUnknown?: boolean;
  /** The failed delivery that this one repeats. */
  readonly retryOf?: string;
}
