import { alertBody } from '../../../../shared/api/alerts/requests.ts';
import { BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { shownAlert } from './alert-answer.ts';
import { alertIdOf, NAMED_CODES, viewerOf } from './named.ts';

/** Ends an alert. */
export const resolveAlert: Endpoint = {
  method: 'POST',
  path: '/alerts/:fingerprint/resolve',
  codes: [...new Set([...BODY_CODES, ...NAMED_CODES]), 'storage'],
  handle: withBody(alertBody, { mayBeEmpty: true }, async (context, body) => {
    const { user, owner } = body;
    const id = alertIdOf(context, owner);
    const viewer = await viewerOf(context, user);
    const by = viewer.account.user;
    return shownAlert(await context.services.resolveAlert(viewer, id, by));
  }),
};
