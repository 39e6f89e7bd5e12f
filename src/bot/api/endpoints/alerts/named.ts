/** Who acts on alerts, and the alert that a path names. */
import { Problem } from '../../../../core/problem.ts';
import { describe } from '../../../../shared/api/fields.ts';
import { actorOf } from '../../callers/own-destination.ts';
import { type EndpointContext, knownAccountOf, type SocketCode } from '../../endpoint.ts';
import type { AlertId, Viewer } from '../../services/alerts.ts';

/** Errors of every endpoint whose path names an alert. */
export const NAMED_CODES: readonly SocketCode[] = [
  'bad_field',
  'not_yours',
  'unknown_account',
  'unknown_alert',
  'destinations_unreadable',
];

/**
 * Who looks at alerts: the caller, or the user that a trusted caller names, with that user's rights.
 * @throws Problem `not_yours`, `unknown_account`
 */
export async function viewerOf(context: EndpointContext, user: string | undefined): Promise<Viewer> {
  const account = await knownAccountOf(context, user);
  return { account, trusted: actorOf(context.caller, account, user).trusted };
}

/** The alert that a path names. @param owner whose it is, where the request says so @throws Problem `bad_field` */
export function alertIdOf({ params }: EndpointContext, owner: string | undefined): AlertId {
  const fingerprint = (params.fingerprint ?? '').toLowerCase();
  if (/^[0-9a-f]{16}$/.test(fingerprint)) return { fingerprint, ...(owner !== undefined && { owner }) };
  throw new Problem('bad_field', `fingerprint: expected 16 hexadecimal digits, found ${describe(params.fingerprint)}.`);
}
