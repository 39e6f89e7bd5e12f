import { ackBody } from '../../../../shared/api/alerts/requests.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { BODY_CODES, type Endpoint, withBody } from '../../endpoint.ts';
import { shownAlert } from './alert-answer.ts';
import { alertIdOf, NAMED_CODES, viewerOf } from './named.ts';

/** Ends the repeats and the escalation of an alert for a time. */
export const acknowledgeAlert: Endpoint = {
  method: 'POST',
  path: '/alerts/:fingerprint/ack',
  codes: [...new Set([...BODY_CODES, ...NAMED_CODES]), 'not_firing', 'storage'],
  handle: withBody(ackBody, { mayBeEmpty: true }, async (context, body) => {
    const { user, owner } = body;
    const id = alertIdOf(context, owner);
    const viewer = await viewerOf(context, user);
    const by = viewer.account.user;
    const how = {
      by,
      ...(body.for !== undefined && { forMs: parseDuration(body.for, 'for') }),
      ...(body.comment !== undefined && { comment: body.comment }),
    };
    return shownAlert(await context.services.acknowledge(viewer, id, how));
  }),
};
