/** Which message a replacing delivery edits, and what is remembered of one with a key. */
import type { Delivery } from '../core/delivery/delivery.ts';
import { type EditableMessage, keyedPlaceOf } from '../core/delivery/keyed-message.ts';
import type { SentOutcome } from '../core/delivery/outcome.ts';
import { sentenceOf } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import type { KeyedMessages } from './ports.ts';

/** Milliseconds between two edits of one message; Telegram names no rate for them. The message of a run keeps the same. */
const EDIT_SPACING_MS = 1_500;

/** What a delivery's next part does. */
export interface KeyedPlan {
  /** The message that it edits. */
  readonly edits?: EditableMessage;
  /** Milliseconds until that message may be edited; 0 for now. */
  readonly waitMs: number;
}

/** @see createKeyedSends */
export interface KeyedSends {
  /** Decides before a part is sent. Never rejects. */
  plan(delivery: Delivery<unknown>): Promise<KeyedPlan>;
  /** Remembers the message of a delivery, when its last part was sent. Never rejects. */
  sent(before: Delivery<unknown>, outcome: SentOutcome): Promise<void>;
}

/** @param now ms since 1970 */
export function createKeyedSends(messages: KeyedMessages, log: Log, now: () => number): KeyedSends {
  return {
    async plan(delivery) {
      const place = delivery.replace === true ? keyedPlaceOf(delivery) : undefined;
      // What became several messages takes the place of none.
      if (place === undefined || delivery.steps.length > 1) return { waitMs: 0 };
      const { messageIds = [], form, at = 0 } = (await messages.find(place)) ?? {};
      const [messageId, ...more] = messageIds;
      if (messageId === undefined || more.length > 0 || form === undefined) return { waitMs: 0 };
      const rest = at + EDIT_SPACING_MS - now();
      // A longer rest is that of a clock which was set back.
      return { edits: { messageId, form }, waitMs: rest > EDIT_SPACING_MS ? 0 : Math.max(0, rest) };
    },
    async sent(before, { messageIds: last, form }) {
      const place = keyedPlaceOf(before);
      const messageIds = [...before.messageIds, ...last];
      if (place === undefined || before.done + 1 < before.steps.length || messageIds.length === 0) return;
      const isOne = before.steps.length === 1 && form !== undefined;
      try {
        await messages.remember(place, { messageIds, ...(isOne && { form }), at: now() });
      } catch (error) {
        log.warn({ delivery: before.delivery, err: sentenceOf(error) }, 'The message of a key could not be remembered');
      }
    },
  };
}
