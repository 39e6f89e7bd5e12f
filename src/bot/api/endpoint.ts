import type * as v from 'valibot';
import type { Account, Caller, KnownAccount } from '../../core/account.ts';
import type { SOCKET_CODES } from '../../core/codes.ts';
import { Problem } from '../../core/problem.ts';
import { readJson } from './body/json-body.ts';
import { validateFor } from './body/validate.ts';
import type { Accounts } from './callers/accounts.ts';
import type { Allowance } from './callers/allowance.ts';
import { accountFor } from './callers/callers.ts';
import type { Answer } from './http/answer.ts';
import type { EventStreams } from './http/event-streams.ts';
import type { Exchange } from './http/exchange.ts';
import type { Services } from './services.ts';

/** A request, and what an endpoint may use to answer it. */
export interface EndpointContext {
  readonly caller: Caller;
  readonly exchange: Exchange;
  readonly query: URLSearchParams;
  /** The variable parts of the path, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly services: Services;
  readonly accounts: Accounts;
  readonly streams: EventStreams;
  /** What the caller's requests may take at once. */
  readonly allowance: Allowance;
}

export type SocketCode = keyof typeof SOCKET_CODES;

/** One method of one path. `docs/openapi.yaml` describes the same. */
export interface Endpoint {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  /** Further paths of the same: a name with a slash as it is, which `path` takes percent-encoded. */
  readonly alias?: readonly string[];
  /** Its errors beside `COMMON_CODES`. */
  readonly codes: readonly SocketCode[];
  /** It is counted against a rate of its own, so that a caller who has used up the other still sees the state. */
  readonly isMonitoring?: true;
  /** Only a caller with a link, or with a destination to send to, gets past the head of the request; trusted callers always do. */
  readonly sends?: true;
  /** Answers a request; a failure is a thrown Problem. */
  handle(context: EndpointContext): Promise<Answer>;
}

/** Errors that any endpoint may answer with, before it has begun. */
export const COMMON_CODES: readonly SocketCode[] = [
  'bad_request',
  'no_peer',
  'no_account',
  'not_in_group',
  'wrong_method',
  'too_slow',
  'wrong_expectation',
  'too_many_requests',
  'head_too_large',
  'internal',
  'accounts_unavailable',
  'stopping',
  'too_many_connections',
  'unknown_group',
];

/** Errors of every endpoint that reads a body. */
export const BODY_CODES: readonly SocketCode[] = [
  'bad_field',
  'not_yours',
  'too_large',
  'too_many_bodies',
  'wrong_type',
];

/** Errors of every endpoint that asks the actor. */
export const ACTOR_CODES: readonly SocketCode[] = ['no_scripts', 'actor_unavailable', 'actor_busy', 'actor_failed'];

/** The account that a request acts for. @throws Problem `not_yours` */
export function accountOf({ caller, accounts }: EndpointContext, user: string | undefined): Promise<Account> {
  return accountFor(caller, user, accounts);
}

/**
 * An account that this host must have: what is made for a name without an account would be that of the next person who
 * gets the name.
 *
 * @throws Problem `unknown_account`
 */
export function requireAccount({ user, uid }: Account): KnownAccount {
  if (uid !== undefined) return { user, uid };
  throw new Problem('unknown_account', `user: this host has no account named ${user}.`);
}

/** The account that a request acts for, which this host must have. @throws Problem `not_yours`, `unknown_account` */
export async function knownAccountOf(context: EndpointContext, wanted: string | undefined): Promise<KnownAccount> {
  return requireAccount(await accountOf(context, wanted));
}

/**
 * Makes a handler that reads and checks a JSON body first.
 *
 * @param options.mayBeEmpty take no body at all for `{}`
 * @example handle: withBody(unlinkBody, { mayBeEmpty: true }, async (context, { user }) => …)
 */
export function withBody<const Schema extends v.GenericSchema>(
  schema: Schema,
  options: { readonly mayBeEmpty?: boolean },
  handle: (context: EndpointContext, body: v.InferOutput<Schema>) => Promise<Answer>,
): Endpoint['handle'] {
  return async (context) => {
    // It would be passed over, and the request act for the caller instead.
    if (context.query.has('user')) {
      throw new Problem('bad_field', 'user: name it in the body of this request, not in its address.');
    }
    const body = await readJson(context, options);
    return handle(context, await validateFor(context, schema, () => body));
  };
}
