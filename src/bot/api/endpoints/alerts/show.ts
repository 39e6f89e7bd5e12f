import { alertQuery } from '../../../../shared/api/alerts/requests.ts';
import { keysOf } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { shownAlert } from './alert-answer.ts';
import { alertIdOf, NAMED_CODES, viewerOf } from './named.ts';

/** One alert. */
export const alert: Endpoint = {
  method: 'GET',
  path: '/alerts/:fingerprint',
  codes: NAMED_CODES,
  async handle(context) {
    const { user, owner } = keysOf(context.query, alertQuery);
    const id = alertIdOf(context, owner);
    return shownAlert(await context.services.alert(await viewerOf(context, user), id));
  },
};
