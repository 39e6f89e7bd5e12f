/**
 * Alerts: what sources post fires and is resolved, is told to the destinations of its routes, and is acknowledged by people.
 *
 * Promises: alerts, groups, acknowledgements, silences and steps of escalations are durable before they are answered or
 * acted on.
 */
import type { Log } from '../../shared/process/log.ts';
import type { Module } from '../../shared/process/module-list.ts';
import type { Destinations, Records } from '../../storage/ports.ts';
import type { Accounts } from '../api/callers/accounts.ts';
import type { AlertServices } from '../api/services/alerts.ts';
import { createAlertServices } from './api/services.ts';
import { createAlertStore } from './store/alert-store.ts';
import { createTaking } from './taking.ts';

/** What the module needs. */
export interface AlertParts {
  readonly alertRecords: Records;
  readonly destinations: Pick<Destinations, 'find'>;
  readonly accounts: Pick<Accounts, 'groupsOf' | 'check'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Log;
}

/** @see createAlerts */
export interface AlertsModule {
  readonly services: AlertServices;
  readonly module: Module;
}

/** Creates the module; nothing is read before it starts. */
export function createAlerts(parts: AlertParts): AlertsModule {
  const { alertRecords, log } = parts;
  const store = createAlertStore(alertRecords);
  const takeAlerts = createTaking({ ...parts, store });
  return {
    services: createAlertServices({ ...parts, store, takeAlerts }),
    module: {
      name: 'alerts',
      async start() {
        const { unreadable } = await store.load();
        if (unreadable > 0) log.error({ unreadable }, 'Records of alerts can’t be read and were passed over');
      },
      async stop() {
        await store.commit();
        await alertRecords.close();
      },
    },
  };
}
