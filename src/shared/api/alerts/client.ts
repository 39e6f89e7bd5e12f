/** The part of the client that posts, lists and changes alerts. */
import type * as v from 'valibot';
import type { AlertState } from '../../../core/alerts/alert.ts';
import { pathOf, type QueryFields } from '../../http/path-of.ts';
import * as answers from './answers.ts';
import type { AckBody, AlertBody, CommentBody, SilenceBody } from './requests.ts';

/** An alert as Alertmanager's API v2 takes it; times are RFC 3339. */
export interface PostableAlert {
  readonly labels: Readonly<Record<string, string | number | boolean>>;
  readonly annotations?: Readonly<Record<string, string | number | boolean>>;
  readonly startsAt?: string;
  readonly endsAt?: string;
  readonly generatorURL?: string;
}

/** Whose alerts they are, where they come from, and where they go beside what the rules say; the first two are for trusted callers. */
export interface AlertOrigin {
  readonly user?: string;
  readonly source?: string;
  readonly to?: readonly string[];
}

/** Which alerts to list. */
export interface AlertsRequest {
  readonly user?: string;
  readonly state?: AlertState;
  readonly limit?: number;
  readonly before?: string;
}

/** Each function is one endpoint; `user` is for trusted callers. It throws as `ApiClient` does. */
export interface AlertClient {
  /**
   * Posts up to 1,000 alerts; durable once it has answered.
   * @throws Problem `bad_field` where one is wrong; the others are taken all the same
   */
  postAlerts(alerts: readonly PostableAlert[], origin?: AlertOrigin): Promise<answers.AlertsTakenAnswer>;
  /** A page, those that changed last first. */
  alerts(request?: AlertsRequest): Promise<answers.AlertsAnswer>;
  /** One of them. @throws Problem `unknown_alert` */
  alert(fingerprint: string, of?: AlertBody): Promise<answers.AlertAnswer>;
  /** Each of these answers with the alert as it is then. @throws Problem `unknown_alert`, `not_firing` */
  acknowledge(fingerprint: string, body?: AckBody): Promise<answers.AlertAnswer>;
  unacknowledge(fingerprint: string, body?: AlertBody): Promise<answers.AlertAnswer>;
  resolveAlert(fingerprint: string, body?: AlertBody): Promise<answers.AlertAnswer>;
  silenceAlert(fingerprint: string, body: SilenceBody): Promise<answers.AlertAnswer>;
  commentAlert(fingerprint: string, body: CommentBody): Promise<answers.AlertAnswer>;
}

/** How the client asks. */
export interface AlertCalls {
  get<T extends v.GenericSchema>(schema: T, path: string, fields: QueryFields): Promise<v.InferOutput<T>>;
  post<T extends v.GenericSchema>(schema: T, path: string, body: object): Promise<v.InferOutput<T>>;
}

const alertPath = (fingerprint: string) => `/alerts/${encodeURIComponent(fingerprint)}`;

/** Creates the functions. */
export function createAlertClient({ get, post }: AlertCalls): AlertClient {
  const change = async (fingerprint: string, action: string, body: object) =>
    (await post(answers.alertAnswer, `${alertPath(fingerprint)}/${action}`, body)).alert;
  return {
    postAlerts: (alerts, origin = {}) => post(answers.alertsTakenAnswer, pathOf('/alerts', { ...origin }), alerts),
    alerts: (request = {}) => get(answers.alertsAnswer, '/alerts', { ...request }),
    alert: async (fingerprint, of = {}) => (await get(answers.alertAnswer, alertPath(fingerprint), { ...of })).alert,
    acknowledge: (fingerprint, body = {}) => change(fingerprint, 'ack', body),
    unacknowledge: (fingerprint, body = {}) => change(fingerprint, 'unack', body),
    resolveAlert: (fingerprint, body = {}) => change(fingerprint, 'resolve', body),
    silenceAlert: (fingerprint, body) => change(fingerprint, 'silence', body),
    commentAlert: (fingerprint, body) => change(fingerprint, 'comment', body),
  };
}
