/** Takes what sources post: durable before it is answered. */
import type { KnownAccount } from '../../core/account.ts';
import { type Alert, type AlertState, isResolved, type PostedAlert, stateOf } from '../../core/alerts/alert.ts';
import { fingerprintOf } from '../../core/alerts/fingerprint.ts';
import { MOST_ACTIVE, MOST_ACTIVE_OF_ONE } from '../../core/alerts/limits.ts';
import { ended, isRepeating, mergePost, type PostEffect } from '../../core/alerts/merge.ts';
import { Problem } from '../../core/problem.ts';
import type { AlertServices, AlertSource } from '../api/services/alerts.ts';
import type { AlertStore } from './store/alert-store.ts';

/** After how long an alert of a repeating source that is not repeated is over, ms, where no route says so. Alertmanager's default. */
const RESOLVE_TIMEOUT_MS = 5 * 60_000;

/** What taking works with. */
export interface TakingParts {
  readonly store: AlertStore;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Creates the function. */
export function createTaking({ store, now }: TakingParts): AlertServices['takeAlerts'] {
  /** An end that nobody has noticed yet is one before this post. */
  function known(uid: number, fingerprint: string, at: number): Alert | undefined {
    const alert = store.alert(uid, fingerprint);
    if (alert === undefined || alert.resolvedAt !== undefined || !isResolved(alert, at)) return alert;
    return ended(alert, alert.endsAt ?? at, at);
  }

  const hasRoom = ({ uid }: KnownAccount, { isOwnerTrusted }: AlertSource) =>
    store.active() < MOST_ACTIVE && (isOwnerTrusted === true || store.active(uid) < MOST_ACTIVE_OF_ONE);

  function keep(alert: Alert, effect: PostEffect): void {
    // What a source repeats within minutes gets that time again after a start, so the new end needs no write.
    if (effect !== 'repeated' || !isRepeating(alert.source)) store.putAlert(alert);
    else store.keepInMemory(alert);
  }

  /** @returns `undefined` where there is no room for it */
  function take(owner: KnownAccount, posted: PostedAlert, from: AlertSource) {
    const at = now();
    const fingerprint = fingerprintOf(posted.labels);
    const old = known(owner.uid, fingerprint, at);
    const { source, to } = from;
    const sent = { ...(to !== undefined && { to }) };
    const post = { fingerprint, owner, posted, source, ...sent, resolveTimeoutMs: RESOLVE_TIMEOUT_MS, now: at };
    const { alert, effect } = mergePost(old, post);
    if (effect === 'began' && !hasRoom(owner, from)) return undefined;
    if (alert !== undefined) keep(alert, effect);
    const state: AlertState = alert === undefined ? 'resolved' : stateOf(alert, at);
    return { fingerprint, state };
  }

  return async (owner, alerts, source) => {
    const taken = alerts.map((posted) => take(owner, posted, source));
    await store.commit();
    const found = taken.flatMap((one) => one ?? []);
    if (found.length === taken.length) return found;
    const missing = taken.length - found.length;
    const most = source.isOwnerTrusted === true ? MOST_ACTIVE : MOST_ACTIVE_OF_ONE;
    throw new Problem(
      'too_many_alerts',
      `${missing} of ${taken.length} alerts were not taken: ${owner.user} may have ${most} that fire at once, and all accounts together ${MOST_ACTIVE}. Resolve some first.`,
    );
  };
}
