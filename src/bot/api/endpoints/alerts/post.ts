import type { KnownAccount } from '../../../../core/account.ts';
import type { PostedAlert } from '../../../../core/alerts/alert.ts';
import { addressOf } from '../../../../core/destination.ts';
import { Problem } from '../../../../core/problem.ts';
import type { AlertsTakenAnswer } from '../../../../shared/api/alerts/answers.ts';
import { readPostedAlerts } from '../../../../shared/api/alerts/posted-alerts.ts';
import { postAlertsQuery } from '../../../../shared/api/alerts/requests.ts';
import { describe } from '../../../../shared/api/fields.ts';
import { MAX_ALERT_VALUES, MAX_ALERTS, MAX_DESTINATIONS } from '../../../../shared/api/limits.ts';
import { readJsonValue } from '../../body/json-body.ts';
import { keysOf } from '../../body/query.ts';
import { actorOf } from '../../callers/own-destination.ts';
import { BODY_CODES, type Endpoint, type EndpointContext, knownAccountOf } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';
import type { AlertServices, AlertSource } from '../../services/alerts.ts';
import { ROUTING_CODES } from '../sending/submit-message.ts';

/** What an alert costs beside its check, milliseconds: to find its routes, to store it. */
const MS_PER_ALERT = 0.3;
/** Alerts that are taken in one turn of the event loop: some 30 ms. */
const AT_ONCE = 100;

/** What a program of the user's own may say that it is; any other word tells rules what sent it, which trusted callers know. */
const OWN_SOURCES = ['socket', 'script'];

/** @throws Problem `not_trusted` */
function sourceOf({ caller }: EndpointContext, source = 'socket'): string {
  if (caller.trusted || OWN_SOURCES.includes(source)) return source;
  const known = OWN_SOURCES.join(' or ');
  throw new Problem('not_trusted', `source: you are ${caller.name} and may only say ${known}; trusted users any word.`);
}

/** The destinations of the query: the key repeated, or names between commas. @throws Problem `bad_field` */
function namedIn(query: URLSearchParams): readonly string[] | undefined {
  if (!query.has('to')) return undefined;
  const names = query.getAll('to').flatMap((one) => one.split(','));
  if (names.length > MAX_DESTINATIONS) {
    throw new Problem('bad_field', `to: expected 1 to ${MAX_DESTINATIONS} destinations, found ${names.length}.`);
  }
  const wrong = names.find((name) => addressOf(name) === undefined);
  if (wrong === undefined) return names;
  throw new Problem('bad_field', `to: expected names such as ops, ops/disks or user:alice, found ${describe(wrong)}.`);
}

/** @throws Problem `bad_field` */
function requireList(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) {
    throw new Problem('bad_field', `The body: expected a list of alerts, found ${describe(value)}.`);
  }
  if (value.length <= MAX_ALERTS) return value;
  throw new Problem(
    'bad_field',
    `The body: expected at most ${MAX_ALERTS} alerts, found ${value.length}; send them in several requests.`,
  );
}

/** Codes of refusals that concern some alerts, while the others were taken. */
const OF_SOME: readonly string[] = ['too_many_alerts', 'bad_field'];

/**
 * Takes alerts some at a time, so that others get their turn in between. Where there is no room for a new one, those that
 * are known are still updated and resolved.
 *
 * @throws Problem `too_many_alerts`, `bad_field`, `storage`
 */
async function takeAll(
  { services, allowance }: EndpointContext,
  owner: KnownAccount,
  alerts: readonly PostedAlert[],
  source: AlertSource,
) {
  const taken: Awaited<ReturnType<AlertServices['takeAlerts']>>[number][] = [];
  let refusal: Problem | undefined;
  for (let begin = 0; begin < alerts.length; begin += AT_ONCE) {
    const some = alerts.slice(begin, begin + AT_ONCE);
    await allowance.pause(some.length * MS_PER_ALERT);
    try {
      taken.push(...(await services.takeAlerts(owner, some, source)));
    } catch (error) {
      if (!(error instanceof Problem) || !OF_SOME.includes(error.code)) throw error;
      refusal ??= error;
    }
  }
  if (refusal !== undefined) throw refusal;
  return taken;
}

/** Takes alerts. Where some are wrong, the others are taken, and the answer names the first wrong one. */
export const postAlerts: Endpoint = {
  method: 'POST',
  path: '/alerts',
  codes: [
    ...BODY_CODES,
    ...ROUTING_CODES,
    'not_trusted',
    'unknown_account',
    'not_linked',
    'links_unreadable',
    'destinations_unreadable',
    'too_many_alerts',
    'storage',
  ],
  async handle(context) {
    const { query, services, caller } = context;
    const { user, source: named } = keysOf(query, postAlertsQuery);
    const source = sourceOf(context, named);
    const owner = await knownAccountOf(context, user);
    const to = namedIn(query);
    if (to !== undefined) await services.route(actorOf(caller, owner, user), to);
    const { count, alerts, wrong, fault } = await readJsonValue(context, MAX_ALERT_VALUES, (value) => {
      const list = requireList(value);
      return { count: list.length, ...readPostedAlerts(list, Date.now()) };
    });
    const taken = await takeAll(context, owner, alerts, {
      source,
      ...(to !== undefined && { to }),
      ...((owner.uid === 0 || actorOf(caller, owner, user).trusted) && { isOwnerTrusted: true }),
    });
    if (fault !== undefined) {
      const others = wrong === 1 ? 'It was left out' : `It and ${wrong - 1} more were left out`;
      throw new Problem('bad_field', `${fault} ${others}; ${taken.length} of ${count} alerts were taken.`);
    }
    return success<AlertsTakenAnswer>({
      ok: true,
      alerts: taken.map(({ fingerprint, state }) => ({ fingerprint, state })),
    });
  },
};
