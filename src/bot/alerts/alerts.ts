/**
 * Alerts: sources post them, their routes notify destinations, and people acknowledge them.
 *
 * Promises: alerts, groups, acknowledgements, silences and steps of escalations are durable before they are answered or
 * acted on; every alert that was sent as firing is sent as resolved.
 */
import type { Alert } from '../../core/alerts/alert.ts';
import { isRepeating } from '../../core/alerts/merge.ts';
import type { FeaturePresses } from '../../core/chat/press.ts';
import type { AnswerTurn } from '../../queue/answer-turns.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Destinations, KeyedMessages, Links, Records } from '../../storage/ports.ts';
import type { Accounts } from '../api/callers/accounts.ts';
import type { AlertServices } from '../api/services/alerts.ts';
import type { IntakeServices, RoutingServices } from '../api/services.ts';
import type { DeliveryModule } from '../delivery/delivery.ts';
import type { EventBus } from '../events/event-bus.ts';
import type { RulesSource } from '../rules/rules.ts';
import type { RemoveMessage } from '../telegram/sending/remove.ts';
import { createAlertServices } from './api/services.ts';
import { createEngine } from './engine.ts';
import { createInhibitions } from './groups/inhibitions.ts';
import { createMembership } from './groups/membership.ts';
import { createActs } from './people/acts.ts';
import { ALERTS_PRESS, type AlertChat } from './people/alert-chat.ts';
import { createAlertChat } from './people/chat.ts';
import { type AlertStore, createAlertStore } from './store/alert-store.ts';
import { createTaking } from './taking.ts';
import { createAddresses } from './telling/addresses.ts';
import { createSettled } from './telling/settled.ts';
import { createSubmitting } from './telling/submitting.ts';
import { createSweeping } from './telling/sweeping.ts';
import { createUnresolved } from './telling/unresolved.ts';

/** Dependencies of the module. */
export interface AlertParts {
  readonly alertRecords: Records;
  readonly rules: Pick<RulesSource, 'current' | 'onChange'>;
  readonly destinations: Pick<Destinations, 'find'>;
  readonly links: Pick<Links, 'all'>;
  readonly keyedMessages: Pick<KeyedMessages, 'find'>;
  readonly accounts: Pick<Accounts, 'groupsOf' | 'check' | 'groupByName' | 'isMember'>;
  readonly route: RoutingServices['route'];
  readonly submit: IntakeServices['submit'];
  readonly onBeforeSend: DeliveryModule['onBeforeSend'];
  readonly queue: {
    /** Deliveries that wait to be sent. */
    queued(): readonly { readonly id: string }[];
    readonly answerTurn: AnswerTurn;
  };
  readonly remove: RemoveMessage;
  readonly bus: EventBus;
  /** Aborted when the service stops. */
  readonly stopping: AbortSignal;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** @see createAlerts */
export interface AlertsModule {
  readonly services: AlertServices;
  readonly chat: AlertChat;
  readonly presses: FeaturePresses;
  /** A sentence for each problem, for the service's health. */
  reasons(): readonly string[];
  /** Resolves when everything that is due is done. */
  idle(): Promise<void>;
  readonly module: Module;
}

/** How long after a start repeating sources have to repeat their alerts, ms: they could not while the service was off. */
const GRACE_MS = 5 * 60_000;

/** Extends alerts of repeating sources by that time. */
function grant(store: AlertStore, now: number): void {
  const isShort = ({ source, resolvedAt, endsAt }: Alert) =>
    isRepeating(source) && resolvedAt === undefined && endsAt !== undefined && endsAt < now + GRACE_MS;
  for (const alert of [...store.alerts()].filter(isShort)) store.keepInMemory({ ...alert, endsAt: now + GRACE_MS });
}

/** Creates the module; nothing is read before it starts. */
export function createAlerts(parts: AlertParts): AlertsModule {
  const { alertRecords, bus, rules, queue, now, log } = parts;
  const store = createAlertStore(alertRecords);
  const current = () => rules.current();
  const inhibitions = createInhibitions(store, current);
  const unresolved = createUnresolved(parts);
  const resolve = createAddresses({ ...parts, rules: current });

  const made = createEngine(now, (agenda) => {
    const membership = createMembership({ store, rules: current, agenda, now });
    const common = { ...parts, ...parts.queue, store, rules: current, save: membership.save };
    const settled = createSettled({ ...common, queuedIds: () => queue.queued().map(({ id }) => id) });
    const submit = createSubmitting({ ...common, onQueued: settled.onQueued, onKnown: settled.onKnown });
    const engine = {
      membership,
      inhibitions,
      resolve,
      submit,
      sweep: createSweeping({ ...common, settled }),
      onUnresolved: unresolved.report,
    };
    return { ...common, ...engine, settled };
  });
  const { keep, agenda, membership, settled } = made;

  const acts = createActs({ store, keep, touch: membership.touch, now });
  const takeAlerts = createTaking({ store, keep, membership, rulesVersion: () => current().version, now });
  const chat = createAlertChat({ ...parts, store, acts });
  const endings: (() => void)[] = [];

  return {
    services: createAlertServices({ ...parts, store, acts, takeAlerts }),
    chat,
    presses: { [ALERTS_PRESS]: chat.press },
    reasons: unresolved.reasons,
    idle: agenda.idle,
    module: {
      name: 'alerts',
      async start() {
        const { unreadable } = await store.load();
        if (unreadable > 0) log.error({ unreadable }, 'Records of alerts can’t be read and were skipped');
        grant(store, now());
        inhibitions.rebuild();
        await settled.recover(now());
        parts.onBeforeSend('alerts', settled.isTakenBack);
        endings.push(
          bus.subscribe({
            async 'delivery.changed'(event) {
              if (!('record' in event)) return;
              const group = await settled.onSettled(event.record);
              if (group !== undefined) made.planSweep(group);
            },
          }),
          rules.onChange(inhibitions.rebuild),
        );
      },
      run: made.resume,
      async stop() {
        await agenda.stop();
        for (const end of endings) end();
        await store.commit();
        await alertRecords.close();
      },
    },
  };
}
