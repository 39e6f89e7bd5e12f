import { silenceBody } from '../../../../shared/api/alerts/requests.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { shownAlert } from './alert-answer.ts';
import { alertIdOf, NAMED_CODES, viewerOf } from './named.ts';

/** Tells nobody of an alert for a time. */
export const silenceAlert: Endpoint = {
  method: 'POST',
  path: '/alerts/:fingerprint/silence',
  codes: [...new Set([...BODY_CODES, ...NAMED_CODES]), 'storage'],
  handle: withBody(silenceBody, {}, async (context, body) => {
    const { user, owner } = body;
    const id = alertIdOf(context, owner);
    const viewer = await viewerOf(context, user);
    const by = viewer.account.user;
    const forMs = parseDuration(body.for, 'for');
    return shownAlert(await context.services.silence(viewer, id, { by, forMs }));
  }),
};
