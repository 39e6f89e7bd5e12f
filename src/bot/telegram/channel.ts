import type { Outcome, ReplacedOutcome } from '../../core/delivery/outcome.ts';
import type { Channel, Lane, Limits, SendTarget } from '../../queue/ports.ts';
import type { Part } from './part.ts';

/** Makes the call for one part. A failure at Telegram is an outcome, not an exception. */
export type SendPart = (part: Part, target: SendTarget) => Promise<Outcome | ReplacedOutcome<Part>>;

/** The queue's channel to Telegram. A bot connects when it starts, and disconnects when it stops. */
export interface TelegramChannel extends Channel<Part> {
  /** @returns a function that disconnects the bot */
  connect(send: SendPart): () => void;
}

/** The lane of a chat. All topics of a forum share one, because Telegram limits the group. */
export const chatLane = (chatId: number): Lane => String(chatId);

/** Groups have ids below zero. https://core.telegram.org/bots/api#chat */
const isGroup = (lane: Lane): boolean => lane.startsWith('-');

/** Creates the channel; deliveries wait until a bot is connected. */
export function createTelegramChannel(limits: Limits): TelegramChannel {
  const bots = new Set<SendPart>();
  return {
    limits,
    laneOf: ({ chatId }) => chatLane(chatId),
    classOf: (lane) => (isGroup(lane) ? 'group' : 'private'),
    connect(send) {
      bots.add(send);
      return () => bots.delete(send);
    },
    async send(part, target) {
      const [send] = bots;
      if (send === undefined) return { kind: 'retry', scope: 'network', reason: 'No bot is connected to Telegram.' };
      return send(part, target);
    },
  };
}
