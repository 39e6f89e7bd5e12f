import type { Delivery } from '../../core/delivery/delivery.ts';
import type { DeliveryEvent } from '../../core/delivery/delivery-event.ts';
import type { Destination, RegisteredDestination } from '../../core/destination.ts';
import type { Problem } from '../../core/problem.ts';
import type { RunResult } from '../../shared/api/actor/protocol.ts';
import type { Chat, LinkChange } from '../../storage/ports.ts';

/** A bot as Telegram identifies it. https://core.telegram.org/bots/api#getme */
export interface BotIdentity {
  readonly id: number;
  /** Without the `@`. */
  readonly username: string;
  readonly name: string;
}

/** A run that began, or, with an `end`, is over. */
export interface RunChange {
  readonly user: string;
  readonly uid: number | undefined;
  /** As the caller named it. */
  readonly script: string;
  readonly end?: RunResult | Problem;
}

/**
 * Events that features of the bot publish and subscribe to, each with its data. An event states what has happened; the
 * publisher doesn't know who listens.
 */
export interface EventTable {
  /** A notification was queued, muted, sent, given up, or will be retried; the state on disk says so by now. */
  'delivery.changed': DeliveryEvent;
  /** Telegram accepted every part of a delivery. */
  'delivery.sent': { readonly delivery: Delivery<unknown> };
  /** An attempt failed and another one follows in `waitMs` milliseconds. */
  'delivery.retrying': { readonly delivery: Delivery<unknown>; readonly reason: string; readonly waitMs: number };
  /** A delivery failed permanently. `unreachable`: the chat accepts no message at all. */
  'delivery.failed': { readonly delivery: Delivery<unknown>; readonly reason: string; readonly unreachable: boolean };
  /** A notification could not be stored. */
  'storage.failed': { readonly problem: Problem };
  /** Telegram gave a group a new id. */
  'chat.moved': { readonly from: number; readonly to: number };
  /** A link was made or ended. */
  'link.changed': LinkChange;
  /** An account was linked to a chat from the server's side, by a code. */
  'link.redeemed': { readonly user: string; readonly chat: Chat; readonly previous?: Chat };
  /** An account of the `former` chat was linked to another chat, or to another topic. */
  'link.replaced': { readonly user: string; readonly former: Chat; readonly by?: Chat; readonly previous?: Chat };
  /** A link was ended from the server's side. */
  'link.removed': { readonly user: string; readonly chat: Chat };
  /** A topic takes no message any more, and what was for it goes to its group. `destination` still names the topic. */
  'topic.lost': { readonly destination: Destination; readonly reason: string };
  /** Telegram began to refuse what is sent to a registered destination; `isTopic`: only to its topic. */
  'destination.refused': {
    readonly destination: RegisteredDestination;
    readonly reason: string;
    readonly isTopic: boolean;
  };
  'run.changed': RunChange;
  /** Telegram answered `getMe`; published once, before the first update. */
  'telegram.identified': BotIdentity;
  /** Telegram answered a poll. */
  'telegram.online': Readonly<Record<never, never>>;
  /** A call to the Bot API ended. */
  'telegram.called': { readonly method: string; readonly seconds: number; readonly result: string };
}

/** The name of an event. */
export type EventName = keyof EventTable;
