/** Connects the queue with the bot: logs and publishes the outcome of each delivery. */
import type { Delivery } from '../../core/delivery/delivery.ts';
import type { Origin } from '../../core/notification.ts';
import type { KeyedMessages, QueueEvents, UsedIds } from '../../queue/ports.ts';
import { createQueue, type Queue } from '../../queue/queue.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Deliveries, History, Mutes } from '../../storage/ports.ts';
import type { AdminServices, WithdrawServices } from '../api/services.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { Gate } from '../people/gate.ts';
import type { TelegramChannel } from '../telegram/channel.ts';
import type { Part } from '../telegram/part.ts';
import { isMuted } from './muted.ts';
import { currentPlace, objectionTo, type PlaceParts } from './still-there.ts';
import { createWithdraw } from './withdraw.ts';

/** What the module needs. */
export interface DeliveryParts extends PlaceParts {
  readonly deliveries: Deliveries<Part>;
  readonly history: History;
  readonly usedIds: UsedIds;
  readonly keyedMessages: KeyedMessages;
  readonly mutes: Pick<Mutes, 'isMuted'>;
  /** Whether quiet hours or a digest hold a notification back now. */
  readonly isHeld: Gate['isHeld'];
  readonly channel: TelegramChannel;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Deliveries that may wait at most. */
  readonly capacity: number;
  /** Calls under way at most. */
  readonly parallel: number;
  /** Milliseconds before each further try of a part whose answer was lost. */
  readonly unconfirmedWaits: readonly number[];
  readonly bus: EventBus;
  /** Milliseconds on a clock that is never set. */
  readonly clock: () => number;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

/** Whether a feature of the bot takes back what it sent, asked at the moment at which it would go. */
export type TakeBack = (delivery: Delivery<unknown>) => boolean | Promise<boolean>;

/** @see createDelivery */
export interface DeliveryModule {
  readonly queue: Queue<Part>;
  /** Lets a feature take deliveries of its own back: those that name it as their origin. */
  onBeforeSend(feature: Origin['feature'], takeBack: TakeBack): void;
  /** What is asked before a delivery is sent, for what decides over one that is held back. */
  readonly checks: Pick<QueueEvents<Part>, 'precheck' | 'isTakenBack' | 'isMuted'>;
  /** What the API offers. */
  readonly services: Pick<AdminServices, 'retry'> & WithdrawServices;
  readonly module: Module;
}

/** Creates the queue and its module; nothing is read or sent before the module starts and runs. */
export function createDelivery(parts: DeliveryParts): DeliveryModule {
  const { deliveries, history, mutes, isHeld, bus, log } = parts;
  const takers = new Map<Origin['feature'], TakeBack>();

  const checks: DeliveryModule['checks'] = {
    precheck: (delivery) => objectionTo(parts, delivery),
    async isTakenBack(delivery) {
      const { origin } = delivery;
      return origin !== undefined && (await takers.get(origin.feature)?.(delivery)) === true;
    },
    isMuted: async ({ user, uid, summary, passes, destination: { name: to } }) =>
      passes?.mute !== true && isMuted(mutes, { ...summary, account: { user, uid }, to }),
  };

  const queue = createQueue<Part>({
    ...parts,
    store: deliveries,
    settledLog: history,
    events: {
      ...checks,
      isHeld: ({ user, uid, summary: { severity }, passes, destination: { name: to } }) =>
        isHeld(
          to,
          { user, uid },
          { ...(severity !== undefined && { severity }), ...(passes !== undefined && { passes }) },
        ),
      sent(delivery) {
        const { user, id, delivery: name, summary } = delivery;
        log.info({ user, id, delivery: name, source: summary.source }, 'sent');
        void bus.publish('delivery.sent', { delivery });
      },
      retrying(delivery, reason, waitMs) {
        const { user, delivery: name } = delivery;
        log.warn({ user, delivery: name, reason, wait_ms: Math.round(waitMs) }, 'will be tried again');
        void bus.publish('delivery.retrying', { delivery, reason, waitMs });
      },
      async failed(delivery, reason, unreachable) {
        const { user, id, delivery: name } = delivery;
        log.error({ user, id, delivery: name, reason }, delivery.isUnknown ? 'perhaps sent' : 'failed for good');
        await bus.publish('delivery.failed', { delivery, reason, unreachable });
      },
      changed(change) {
        void bus.publish('delivery.changed', change);
      },
      corrupt(name, reason) {
        log.error({ delivery: name, reason }, 'A file of the outbox can’t be read; it was put into outbox/corrupt/');
      },
      // Awaited: the link has to name the new chat before the delivery is checked against it.
      topicLost(destination, reason) {
        void bus.publish('topic.lost', { destination, reason });
      },
      moved: ({ chatId: from }, { chatId: to }) => bus.publish('chat.moved', { from, to }),
    },
  });

  let unsubscribe = () => {};
  const module: Module = {
    name: 'delivery',
    async start() {
      const unreadable = await queue.open();
      if (unreadable.length > 0) {
        log.error({ files: unreadable.slice(0, 20) }, 'outbox/corrupt/ holds files that can’t be read');
      }
      unsubscribe = bus.subscribe({
        'telegram.online': () => queue.markOnline(),
        // Any answer of the Bot API, also a refusal, shows that Telegram is in reach.
        'telegram.called'({ result }) {
          if (result === 'ok' || result === 'refused' || result === 'unauthorized') queue.markOnline();
        },
      });
    },
    run: () => queue.run(),
    async stop(deadlineMs) {
      await queue.stop(deadlineMs);
      unsubscribe();
    },
  };

  return {
    queue,
    onBeforeSend: (feature, takeBack) => void takers.set(feature, takeBack),
    checks,
    module,
    services: {
      retry: (delivery) => queue.retry(delivery, (failed) => currentPlace(parts, failed)),
      withdraw: createWithdraw({ ...parts, queue, remove: parts.channel.remove }),
    },
  };
}
