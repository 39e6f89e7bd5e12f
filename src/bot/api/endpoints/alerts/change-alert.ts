import type * as v from 'valibot';
import type { AlertView } from '../../../../core/alerts/alert.ts';
import type { alertBody } from '../../../../shared/api/alerts/requests.ts';
import { BODY_CODES, type Endpoint, type SocketCode, withBody } from '../../endpoint.ts';
import type { AlertId, AlertServices, Viewer } from '../../services/alerts.ts';
import { shownAlert } from './alert-answer.ts';
import { alertIdOf, NAMED_CODES, viewerOf } from './named.ts';

/** Who changes an alert, and which one. */
export interface AlertChange {
  readonly services: AlertServices;
  readonly viewer: Viewer;
  readonly id: AlertId;
  /** The account that is shown to have changed it. */
  readonly by: string;
}

/** A body that may name a user and an owner, as `alertBody` does. */
type NamingBody = v.GenericSchema<unknown, v.InferOutput<typeof alertBody>>;

/**
 * Makes an endpoint that changes one alert and answers with it.
 *
 * @param action the last word of its path
 * @param options.codes its errors beside those of every such endpoint
 * @example changeAlert('resolve', alertBody, { mayBeEmpty: true }, ({ services, viewer, id, by }) => services.resolveAlert(viewer, id, by))
 */
export function changeAlert<const Schema extends NamingBody>(
  action: string,
  body: Schema,
  { codes = [], ...options }: { readonly mayBeEmpty?: boolean; readonly codes?: readonly SocketCode[] },
  change: (alert: AlertChange, body: v.InferOutput<Schema>) => Promise<AlertView>,
): Endpoint {
  return {
    method: 'POST',
    path: `/alerts/:fingerprint/${action}`,
    codes: [...new Set([...BODY_CODES, ...NAMED_CODES, ...codes, 'storage' as const])],
    handle: withBody(body, options, async (context, fields) => {
      const { user, owner } = fields;
      const id = alertIdOf(context, owner);
      const viewer = await viewerOf(context, user);
      const { services } = context;
      return shownAlert(await change({ services, viewer, id, by: viewer.account.user }, fields));
    }),
  };
}
