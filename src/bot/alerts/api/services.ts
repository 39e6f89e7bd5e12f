/** What the API offers of alerts. */
import { type Alert, isResolved } from '../../../core/alerts/alert.ts';
import { Problem } from '../../../core/problem.ts';
import type { AlertId, AlertServices, Viewer } from '../../api/services/alerts.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { acknowledged, commented, resolved, silenced, unacknowledged } from './changes.ts';
import { listAlerts, viewOf } from './list.ts';
import { type VisibilityParts, visibleTo } from './visible.ts';

/** How long an acknowledgement lasts where no route says so, ms. */
const ACK_TIMEOUT_MS = 4 * 3_600_000;

/** What the services work with. */
export interface AlertServiceParts extends VisibilityParts {
  readonly store: AlertStore;
  readonly takeAlerts: AlertServices['takeAlerts'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Creates the services. */
export function createAlertServices(parts: AlertServiceParts): AlertServices {
  const { store, takeAlerts, now } = parts;

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

  /** Changes an alert as it is when its turn has come. */
  async function change(viewer: Viewer, id: AlertId, make: (alert: Alert) => Alert) {
    const { owner, fingerprint } = await find(viewer, id);
    const alert = store.alert(owner.uid, fingerprint);
    if (alert === undefined) throw unknown();
    const made = make(alert);
    store.putAlert(made);
    await store.commit();
    return viewOf(store, made, now());
  }

  /** @throws Problem `not_firing` */
  function requireFiring(alert: Alert): void {
    if (!isResolved(alert, now())) return;
    throw new Problem('not_firing', 'This alert is over: there is nothing to acknowledge.');
  }

  const by = (name: string) => ({ by: name, now: now() });

  return {
    takeAlerts,
    async alerts(viewer, query) {
      const isVisible = await visibleTo(parts, viewer);
      return listAlerts(store, { ...query, isVisible, now: now() });
    },
    alert: async (viewer, id) => viewOf(store, await find(viewer, id), now()),
    acknowledge: (viewer, id, how) =>
      change(viewer, id, (alert) => {
        requireFiring(alert);
        return acknowledged(alert, by(how.by), how.forMs ?? ACK_TIMEOUT_MS, how.comment);
      }),
    unacknowledge: (viewer, id) => change(viewer, id, (alert) => unacknowledged(alert, now())),
    resolveAlert: (viewer, id, name) =>
      change(viewer, id, (alert) => (alert.resolvedAt === undefined ? resolved(alert, by(name)) : alert)),
    silence: (viewer, id, how) => change(viewer, id, (alert) => silenced(alert, by(how.by), how.forMs)),
    comment: (viewer, id, how) => change(viewer, id, (alert) => commented(alert, by(how.by), how.text)),
  };
}
