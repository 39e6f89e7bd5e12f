/** The far side's limits. */
export interface Limits {
  /** Messages a second over all chats. */
  readonly perSecond: number;
  /** Messages a second to one chat, lasting. */
  readonly perChatPerSecond: number;
  /** Messages a chat may get at once before that rate holds. */
  readonly chatBurst: number;
  /** Messages to one group in `groupWindow`. */
  readonly perGroup: number;
  /** Milliseconds. */
  readonly groupWindow: number;
}

/**
 * Telegram's limits (about 30 a second in all, one a second a chat with short bursts, 20 a minute a group;
 * https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this), each kept with a margin of a few
 * per cent, since what leaves here evenly may arrive closer together.
 */
export const TELEGRAM_LIMITS: Limits = {
  perSecond: 29,
  perChatPerSecond: 0.98,
  chatBurst: 3,
  perGroup: 20,
  groupWindow: 61_000,
};
