/** Accepts posted alerts: durable before the answer. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { KnownAccount } from '../../core/account.ts';
import { type Alert, type AlertState, isResolved, type PostedAlert, stateOf } from '../../core/alerts/alert.ts';
import { fingerprintOf } from '../../core/alerts/fingerprint.ts';
import {
  MOST_ACTIVE,
  MOST_ACTIVE_OF_ONE,
  MOST_ACTIVE_TEXT,
  MOST_ACTIVE_TEXT_OF_ONE,
  textOf,
} from '../../core/alerts/limits.ts';
import { ended, isRepeating, isSameText, mergePost, type PostEffect } from '../../core/alerts/merge.ts';
import { severityIn } from '../../core/alerts/severity.ts';
import { Problem } from '../../core/problem.ts';
import { createSerializer } from '../../shared/process/serialize.ts';
import type { AlertServices, AlertSource } from '../api/services/alerts.ts';
import type { Engine } from './engine.ts';
import type { Membership } from './groups/membership.ts';
import type { AlertStore } from './store/alert-store.ts';

/** The `resolve_timeout` of alerts without a route, ms. Alertmanager's default. */
const RESOLVE_TIMEOUT_MS = 5 * 60_000;

/** Alerts accepted in one turn of the event loop: some milliseconds. */
const SLICE = 50;

/** Dependencies. */
export interface TakingParts {
  readonly store: AlertStore;
  readonly keep: Engine['keep'];
  readonly membership: Membership;
  /** Version of the rules in force. */
  readonly rulesVersion: () => string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

function tooMany({ user }: KnownAccount, { isOwnerTrusted }: AlertSource): Problem {
  const most = isOwnerTrusted === true ? MOST_ACTIVE : MOST_ACTIVE_OF_ONE;
  return new Problem(
    'too_many_alerts',
    `Some alerts were not taken: ${user} may have ${most} that fire at once, and all accounts together ${MOST_ACTIVE}, and texts of ${MOST_ACTIVE_TEXT_OF_ONE / 1024 / 1024} and ${MOST_ACTIVE_TEXT / 1024 / 1024} MiB. Resolve some first.`,
  );
}

/** A collision of 64 bits is made on purpose. Merged, the two alerts would resolve each other. */
const sameFingerprint = (fingerprint: string) =>
  new Problem(
    'bad_field',
    `labels: an alert was not taken, because another alert of this account with other labels has the same fingerprint ${fingerprint}. Add a label to it, or change one.`,
  );

/** Creates the function. */
export function createTaking(parts: TakingParts): AlertServices['takeAlerts'] {
  const { store, keep, membership, rulesVersion, now } = parts;
  const serialize = createSerializer();

  /** One slice per turn of the event loop, regardless of how many posts arrive at once. */
  const inTurn = <T>(work: () => Promise<T>) =>
    serialize(async () => {
      await nextTurn();
      return work();
    });

  /** An end that is not processed yet counts as one before this post. */
  function known(uid: number, fingerprint: string, at: number): Alert | undefined {
    const alert = store.alert(uid, fingerprint);
    if (alert === undefined || alert.resolvedAt !== undefined || !isResolved(alert, at)) return alert;
    const over = ended(alert, alert.endsAt ?? at, at);
    keep(alert, over);
    membership.touch(over, { kind: 'ended' });
    return over;
  }

  const hasRoom = ({ uid }: KnownAccount, { isOwnerTrusted }: AlertSource) =>
    store.active() < MOST_ACTIVE &&
    store.activeText() < MOST_ACTIVE_TEXT &&
    (isOwnerTrusted === true ||
      (store.active(uid) < MOST_ACTIVE_OF_ONE && store.activeText(uid) < MOST_ACTIVE_TEXT_OF_ONE));

  function resolveTimeoutOf(alert: Alert | undefined): number {
    const found = alert?.groups.flatMap((id) => store.group(id)?.group.decision.resolveTimeoutMs ?? []) ?? [];
    return found.length === 0 ? RESOLVE_TIMEOUT_MS : Math.max(...found);
  }

  /** A new alert of a repeating source gets the `resolve_timeout` of its new routes. */
  function withTimeout(alert: Alert, at: number): Alert {
    return alert.isTimeout === true ? { ...alert, endsAt: at + resolveTimeoutOf(alert) } : alert;
  }

  function follow(old: Alert | undefined, alert: Alert, effect: PostEffect, at: number): void {
    // After a start, alerts of repeating sources are extended anyway, so the new end needs no write.
    if (effect === 'repeated' && isRepeating(alert.source) && alert.rules === rulesVersion()) {
      store.keepInMemory(alert);
      return;
    }
    const isMoved = alert.rules !== rulesVersion() || String(alert.to) !== String(old?.to);
    const isNew = effect === 'began' || (alert.resolvedAt === undefined && isMoved);
    // An annotation may set the severity, and other routes may match it.
    const isOther = effect === 'changed' && old !== undefined && severityIn(old) !== severityIn(alert);
    const made = isNew || isOther ? withTimeout(membership.join(alert), at) : alert;
    keep(old, made);
    if (isNew) membership.touch(made, { kind: 'began' });
    else if (isOther) membership.touch(made, { kind: 'audible' });
    else if (effect === 'ended') membership.touch(made, { kind: 'ended' });
  }

  /** @returns a problem where it is not taken */
  function take(owner: KnownAccount, posted: PostedAlert, from: AlertSource) {
    const { source, to } = from;
    const at = now();
    const fingerprint = fingerprintOf(posted.labels);
    const namesake = store.alert(owner.uid, fingerprint);
    if (namesake !== undefined && !isSameText(namesake.labels, posted.labels)) return sameFingerprint(fingerprint);
    const old = known(owner.uid, fingerprint, at);
    const sent = { ...(to !== undefined && { to }), resolveTimeoutMs: resolveTimeoutOf(old) };
    const { alert, effect } = mergePost(old, { fingerprint, owner, posted, source, ...sent, now: at });
    const isMore =
      effect === 'began' ||
      (effect === 'changed' && old !== undefined && alert !== undefined && textOf(alert) > textOf(old));
    if (isMore && !hasRoom(owner, from)) return tooMany(owner, from);
    if (alert !== undefined) follow(old, alert, effect, at);
    const state: AlertState = alert === undefined ? 'resolved' : stateOf(alert, at);
    return { fingerprint, state };
  }

  return async (owner, alerts, source) => {
    const taken: ReturnType<typeof take>[] = [];
    for (let begin = 0; begin < alerts.length; begin += SLICE) {
      const some = alerts.slice(begin, begin + SLICE);
      taken.push(...(await inTurn(async () => some.map((posted) => take(owner, posted, source)))));
    }
    await store.commit();
    const refusal = taken.find((one) => one instanceof Problem);
    if (refusal !== undefined) throw refusal;
    return taken.flatMap((one) => (one instanceof Problem ? [] : one));
  };
}
