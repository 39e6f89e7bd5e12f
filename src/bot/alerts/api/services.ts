/** The alert services of the API. */
import type { Alert } from '../../../core/alerts/alert.ts';
import { Problem } from '../../../core/problem.ts';
import type { AlertId, AlertServices, Viewer } from '../../api/services/alerts.ts';
import type { Acts } from '../people/acts.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { listAlerts, viewOf } from './list.ts';
import { type VisibilityParts, visibleTo } from './visible.ts';

/** Dependencies of the services. */
export interface AlertServiceParts extends VisibilityParts {
  readonly store: AlertStore;
  readonly acts: Acts;
  readonly takeAlerts: AlertServices['takeAlerts'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Creates the services. */
export function createAlertServices(parts: AlertServiceParts): AlertServices {
  const { store, acts, takeAlerts, now } = parts;

  const unknown = () =>
    new Problem(
      'unknown_alert',
      'There is no such alert that you may see; `notify-runner alerts` lists those there are.',
    );

  /** @throws Problem `unknown_alert` */
  async function find(viewer: Viewer, { fingerprint, owner }: AlertId): Promise<Alert> {
    const isVisible = await visibleTo(parts, viewer);
    const own = store.alert(viewer.account.uid, fingerprint);
    const isMeant = (alert: Alert) => owner === undefined || alert.owner.user === owner;
    if (own !== undefined && isMeant(own)) return own;
    for (const alert of store.withFingerprint(fingerprint)) if (isMeant(alert) && isVisible(alert)) return alert;
    throw unknown();
  }

  async function change(viewer: Viewer, id: AlertId, make: (alert: Alert) => Alert) {
    const made = make(await find(viewer, id));
    await store.commit();
    return viewOf(store, made, now());
  }

  return {
    takeAlerts,
    async alerts(viewer, query) {
      const isVisible = await visibleTo(parts, viewer);
      return listAlerts(store, { ...query, isVisible, now: now() });
    },
    alert: async (viewer, id) => viewOf(store, await find(viewer, id), now()),
    acknowledge: (viewer, id, { by, forMs, comment }) =>
      change(viewer, id, (alert) => acts.acknowledge(alert, by, forMs, comment)),
    unacknowledge: (viewer, id) => change(viewer, id, acts.unacknowledge),
    resolveAlert: (viewer, id, by) => change(viewer, id, (alert) => acts.resolve(alert, by)),
    silence: (viewer, id, { by, forMs }) => change(viewer, id, (alert) => acts.silence(alert, by, forMs)),
    comment: (viewer, id, { by, text }) => change(viewer, id, (alert) => acts.comment(alert, by, text)),
  };
}
