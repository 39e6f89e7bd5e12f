import type { Module } from '../../shared/process/module-list.ts';
import { createListener, type EventBus } from '../events/event-bus.ts';
import type { Metrics } from './metrics.ts';

/** Counts the events of the bot. @param now milliseconds since the epoch */
export function countEvents(bus: EventBus, metrics: Metrics, now: () => number): Module {
  return createListener('metrics', bus, {
    'delivery.changed'({ change }) {
      if (change === 'muted') metrics.muted();
    },
    'delivery.sent'({ delivery: { destination, acceptedAt, sendAt, retryOf } }) {
      // What was to be sent later, or was held back, begins then.
      const begun = Date.parse(sendAt ?? acceptedAt);
      const took = retryOf === undefined ? Math.max(0, now() - begun) / 1000 : undefined;
      // Groups have ids below zero. https://core.telegram.org/bots/api#chat
      metrics.sent(destination.chatId < 0 ? 'group' : 'private', took);
    },
    'delivery.retrying': () => metrics.retried(),
    'delivery.failed': () => metrics.failed(),
    'telegram.called': ({ method, seconds, result }) => metrics.called(method, seconds, result),
  });
}
