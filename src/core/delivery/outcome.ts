import type { Destination } from '../destination.ts';
import type { Step } from './delivery.ts';
import type { EditableForm } from './keyed-message.ts';

/** A part that was sent. */
export interface SentOutcome {
  readonly kind: 'sent';
  readonly messageIds: readonly number[];
  /** The channel's own ids of the delivery's files that this part held, by their place in the delivery. */
  readonly fileIds?: ReadonlyMap<number, string>;
  /** How the message can be edited later, where that was asked for and is possible. */
  readonly form?: EditableForm;
  /** Only a note arrived, in place of what the channel refused for this reason. */
  readonly inPlaceOf?: string;
}

/** A temporary failure: the same part is worth another try. */
export interface RetryOutcome {
  readonly kind: 'retry';
  readonly reason: string;
  /**
   * `rate_limited`: the channel named a wait. `network`: it was not reached. `server`: it answered with a fault of its
   * own. `token`: it does not accept the bot's token, or the bot in its present state, which a person must correct, so no
   * delivery is given up for it.
   */
  readonly scope: 'rate_limited' | 'network' | 'server' | 'token';
  /** Milliseconds that the channel asked to wait. */
  readonly after?: number;
  /** The channel may have done it: its answer was lost. Another try may send the part twice. */
  readonly unconfirmed?: boolean;
}

/** A permanent failure. */
export interface FailedOutcome {
  readonly kind: 'failed';
  readonly reason: string;
  /** The destination accepts no message at all any more. */
  readonly unreachable?: boolean;
}

/** The destination has another address now; the part was not sent. */
export interface MovedOutcome {
  readonly kind: 'moved';
  readonly to: Destination;
}

/** The channel takes the part only in another form, which needs several calls: these steps replace it. */
export interface ReplacedOutcome<P> {
  readonly kind: 'replaced';
  readonly steps: readonly Step<P>[];
  /** It, and what follows it, goes elsewhere: the topic is gone for the reason, and its group takes the messages. */
  readonly elsewhere?: { readonly to: Destination; readonly reason: string };
}

/** The result of sending one part. A channel decides it once, where the failure happens. */
export type Outcome = SentOutcome | RetryOutcome | FailedOutcome | MovedOutcome;
