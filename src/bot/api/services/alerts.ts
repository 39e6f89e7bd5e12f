import type { KnownAccount } from '../../../core/account.ts';
import type { AlertState, AlertView, PostedAlert } from '../../../core/alerts/alert.ts';

/** Who looks at alerts, and with which rights. */
export interface Viewer {
  readonly account: KnownAccount;
  /** Sees and changes every alert. */
  readonly trusted: boolean;
}

/** Where alerts come from. */
export interface AlertSource {
  /**
   * What posted them; rules see it. A source `prometheus` repeats what fires, so that an alert without an end is over once
   * it was not repeated for the route's `resolve_timeout`; alerts of all others fire until they are resolved.
   */
  readonly source: string;
  /** Where they go instead of the rules' default; the owner's right to send there is checked already. */
  readonly to?: readonly string[];
  /** The owner may have as many alerts as there is room for. */
  readonly isOwnerTrusted?: boolean;
}

/** Which alerts to list. */
export interface AlertQuery {
  readonly state?: AlertState;
  /** At most so many; 100 unless given. */
  readonly limit?: number;
  /** The `next` of the page before. */
  readonly before?: string;
}

/** One alert: by its fingerprint, and its owner where several accounts have one with these labels. */
export interface AlertId {
  readonly fingerprint: string;
  /** A user's name; without it the viewer's own alert comes first. */
  readonly owner?: string;
}

/**
 * Alerts. A change is durable before it resolves. Every change throws Problem `unknown_alert` where the viewer may not see
 * such an alert, and `storage`.
 */
export interface AlertServices {
  /**
   * Stores alerts; one that was posted before is updated. What they begin follows in its own time.
   *
   * @param alerts as `shared/api` has read them: within the limits
   * @returns one for each, in their order
   * @throws Problem `too_many_alerts` or `bad_field` (two alerts with one fingerprint) where some were not taken, `storage`
   */
  takeAlerts(
    owner: KnownAccount,
    alerts: readonly PostedAlert[],
    source: AlertSource,
  ): Promise<readonly { readonly fingerprint: string; readonly state: AlertState }[]>;
  /** A page of the alerts that a viewer may see, those that changed last first. @throws Problem `bad_field` for a wrong `before` */
  alerts(
    viewer: Viewer,
    query: AlertQuery,
  ): Promise<{ readonly alerts: readonly AlertView[]; readonly total: number; readonly next: string | undefined }>;
  /** One alert. @throws Problem `unknown_alert` */
  alert(viewer: Viewer, id: AlertId): Promise<AlertView>;
  /**
   * Ends its repeats and its escalation for a time.
   * @param how.forMs the route's `ack_timeout` unless given
   * @throws Problem `not_firing` if it is resolved
   */
  acknowledge(
    viewer: Viewer,
    id: AlertId,
    how: { readonly by: string; readonly forMs?: number; readonly comment?: string },
  ): Promise<AlertView>;
  /** Takes the acknowledgement back, so that it fires as before. */
  unacknowledge(viewer: Viewer, id: AlertId, by: string): Promise<AlertView>;
  /** Ends it; it fires again with the next post of its source. */
  resolveAlert(viewer: Viewer, id: AlertId, by: string): Promise<AlertView>;
  /** Sends no new message about it for a time; 0 ends the silence. */
  silence(viewer: Viewer, id: AlertId, how: { readonly by: string; readonly forMs: number }): Promise<AlertView>;
  /** Adds a comment, which the living message shows. */
  comment(viewer: Viewer, id: AlertId, how: { readonly by: string; readonly text: string }): Promise<AlertView>;
}
