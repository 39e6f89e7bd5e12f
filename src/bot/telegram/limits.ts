import type { Limits } from '../../queue/ports.ts';

/**
 * Telegram's limits: about 30 messages a second in all, one a second in a chat with short bursts, 20 a minute in a group
 * (https://core.telegram.org/bots/faq#my-bot-is-hitting-limits-how-do-i-avoid-this). Each is kept with a margin of a few
 * per cent, because messages that leave evenly may arrive closer together.
 */
export const TELEGRAM_LIMITS: Limits = {
  perSecond: 29,
  perLanePerSecond: 0.98,
  laneBurst: 3,
  perGroup: 20,
  groupWindow: 61_000,
};
