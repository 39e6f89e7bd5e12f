/** Actions of people on alerts: durable, and passed to the groups of the alert, before the answer. */
import { type Alert, isResolved, stateOf } from '../../../core/alerts/alert.ts';
import { Problem } from '../../../core/problem.ts';
import type { Engine } from '../engine.ts';
import type { Membership } from '../groups/membership.ts';
import type { AlertStore } from '../store/alert-store.ts';
import { acknowledged, commented, resolved, silenced, unacknowledged } from './changes.ts';

/** How long an acknowledgement of an alert without groups lasts, ms. */
const ACK_TIMEOUT_MS = 4 * 3_600_000;

/** Dependencies of the actions. */
export interface ActParts {
  readonly store: AlertStore;
  readonly keep: Engine['keep'];
  readonly touch: Membership['touch'];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * Each function changes an alert in memory at once, so that no escalation step begins after it; durable after the store's
 * next commit. `by` is the person's name as others see it.
 */
export interface Acts {
  /** @param forMs the shortest `ack_timeout` of its groups unless given @throws Problem `not_firing` */
  acknowledge(alert: Alert, by: string, forMs?: number, comment?: string): Alert;
  unacknowledge(alert: Alert): Alert;
  resolve(alert: Alert, by: string): Alert;
  /** @param forMs 0 ends the silence */
  silence(alert: Alert, by: string, forMs: number): Alert;
  comment(alert: Alert, by: string, text: string): Alert;
}

/** Creates the functions. */
export function createActs({ store, keep, touch, now }: ActParts): Acts {
  function change(alert: Alert, made: Alert): Alert {
    keep(alert, made);
    touch(made, { kind: 'person' });
    return made;
  }

  function ackTimeoutOf({ groups }: Alert): number {
    const known = groups.flatMap((id) => store.group(id)?.group.decision.ackTimeoutMs ?? []);
    return known.length === 0 ? ACK_TIMEOUT_MS : Math.min(...known);
  }

  return {
    acknowledge(alert, by, forMs = ackTimeoutOf(alert), comment) {
      if (isResolved(alert, now())) {
        throw new Problem('not_firing', 'The alert is already resolved.');
      }
      return change(alert, acknowledged(alert, { by, now: now() }, forMs, comment));
    },
    unacknowledge: (alert) =>
      alert.acknowledgement === undefined ? alert : change(alert, unacknowledged(alert, now())),
    resolve: (alert, by) =>
      stateOf(alert, now()) === 'resolved' ? alert : change(alert, resolved(alert, { by, now: now() })),
    silence: (alert, by, forMs) => change(alert, silenced(alert, { by, now: now() }, forMs)),
    comment: (alert, by, text) => change(alert, commented(alert, { by, now: now() }, text)),
  };
}
