import type { Outcome, ReplacedOutcome } from '../../core/delivery/outcome.ts';
import type { Channel, Lane, Limits, SendTarget } from '../../queue/ports.ts';
import type { Part } from './part.ts';
import type { RemoveMessage } from './sending/remove.ts';

/** Makes the call for one part. A failure at Telegram is an outcome, not an exception. */
export type SendPart = (part: Part, target: SendTarget) => Promise<Outcome | ReplacedOutcome<Part>>;

/** The calls of a bot that is connected. */
export interface ChannelCalls {
  readonly send: SendPart;
  readonly remove: RemoveMessage;
}

/** The queue's channel to Telegram. A bot connects when it starts, and disconnects when it stops. */
export interface TelegramChannel extends Channel<Part> {
  /** @returns a function that disconnects the bot */
  connect(bot: ChannelCalls): () => void;
  readonly remove: RemoveMessage;
}

/** The lane of a chat. All topics of a forum share one, because Telegram limits the group. */
export const chatLane = (chatId: number): Lane => String(chatId);

/** Groups have ids below zero. https://core.telegram.org/bots/api#chat */
const isGroup = (lane: Lane): boolean => lane.startsWith('-');

/** Creates the channel; deliveries wait until a bot is connected. */
export function createTelegramChannel(limits: Limits): TelegramChannel {
  const bots = new Set<ChannelCalls>();
  const away = 'No bot is connected to Telegram.';
  return {
    limits,
    laneOf: ({ chatId }) => chatLane(chatId),
    classOf: (lane) => (isGroup(lane) ? 'group' : 'private'),
    connect(bot) {
      bots.add(bot);
      return () => bots.delete(bot);
    },
    async remove(chatId, messageId, signal) {
      const [bot] = bots;
      return bot === undefined ? { kind: 'unreachable', reason: away } : bot.remove(chatId, messageId, signal);
    },
    async send(part, target) {
      const [bot] = bots;
      if (bot === undefined) return { kind: 'retry', scope: 'network', reason: away };
      return bot.send(part, target);
    },
  };
}
