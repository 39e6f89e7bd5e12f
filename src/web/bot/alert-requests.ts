/** The part of the dashboard's client that posts, lists and changes alerts, and shows rotations and rules. */
import type { AlertsAnswer, AlertsTakenAnswer } from '../../shared/api/alerts/answers.ts';
import type { AlertsRequest, PostableAlert } from '../../shared/api/alerts/client.ts';
import type { AlertBody, CommentBody, SilenceBody } from '../../shared/api/alerts/requests.ts';
import type { RulesAnswer } from '../../shared/api/alerts/rules-answer.ts';
import type { ApiClient } from '../../shared/api/client.ts';
import type { RotationFields } from '../../shared/api/rotations/rotations.ts';

type TakenAlert = AlertsTakenAnswer['alerts'][number];

/** Where alerts come from, and where they go. */
interface AlertSource {
  readonly source: string;
  readonly to?: string;
}

/** Every function throws as those of `Bot` do. */
export interface AlertRequests {
  /** Posts alerts that belong to a user; durable when it resolves. @throws Problem `bad_field` where one is wrong */
  postAlerts(user: string, alerts: readonly PostableAlert[], origin: AlertSource): Promise<readonly TakenAlert[]>;
  /** A page of the alerts that a user may see; of all without a user. */
  alerts(request: AlertsRequest): Promise<AlertsAnswer>;
  /** Each changes an alert as `user`, with that user's rights, or as the dashboard. @throws Problem `unknown_alert` */
  acknowledge(fingerprint: string, who: AlertBody): Promise<void>;
  unacknowledge(fingerprint: string, who: AlertBody): Promise<void>;
  resolveAlert(fingerprint: string, who: AlertBody): Promise<void>;
  silenceAlert(fingerprint: string, silence: SilenceBody): Promise<void>;
  commentAlert(fingerprint: string, comment: CommentBody): Promise<void>;
  /** Every rotation, and who is on call. */
  rotations(): Promise<readonly RotationFields[]>;
  /** For admins: lets somebody stand in, from now on. @param until a duration, or a time */
  overrideRotation(name: string, person: string, until: string): Promise<void>;
  clearOverrides(name: string): Promise<void>;
  /** For admins: what the file of rules says. */
  rules(): Promise<RulesAnswer>;
}

export function createAlertRequests(client: ApiClient): AlertRequests {
  return {
    postAlerts: async (user, alerts, { source, to }) =>
      (await client.postAlerts(alerts, { user, source, ...(to !== undefined && { to: [to] }) })).alerts,
    alerts: (request) => client.alerts(request),
    acknowledge: async (fingerprint, who) => void (await client.acknowledge(fingerprint, who)),
    unacknowledge: async (fingerprint, who) => void (await client.unacknowledge(fingerprint, who)),
    resolveAlert: async (fingerprint, who) => void (await client.resolveAlert(fingerprint, who)),
    silenceAlert: async (fingerprint, silence) => void (await client.silenceAlert(fingerprint, silence)),
    commentAlert: async (fingerprint, comment) => void (await client.commentAlert(fingerprint, comment)),
    rotations: async () => (await client.rotations()).rotations,
    overrideRotation: async (name, person, until) => void (await client.overrideRotation(name, { person, until })),
    clearOverrides: async (name) => void (await client.clearOverrides(name)),
    rules: () => client.rules(),
  };
}
