import type { Api } from 'grammy';
import type { Channel, Lane, Limits } from '../../queue/ports.ts';
import type { Part } from './part.ts';
import { createSend } from './sending/send.ts';

/** The lane of a chat. All topics of a forum share one, because Telegram limits the group. */
export const chatLane = (chatId: number): Lane => String(chatId);

/** Groups have ids below zero. https://core.telegram.org/bots/api#chat */
const isGroup = (lane: Lane): boolean => lane.startsWith('-');

/** Telegram as the queue sends by it. @param callMs how long a call without a file may take, ms */
export function createTelegramChannel(api: Api, limits: Limits, callMs?: number): Channel<Part> {
  return {
    limits,
    laneOf: ({ chatId }) => chatLane(chatId),
    classOf: (lane) => (isGroup(lane) ? 'group' : 'private'),
    send: createSend(api, callMs),
  };
}
