/** The query string of a request. */
import type * as v from 'valibot';
import type { Account } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import type { OwnerScope } from '../../../core/scope.ts';
import { describe, fieldsOf, maybe, user } from '../../../shared/api/fields.ts';
import { accountOf, type EndpointContext } from '../endpoint.ts';
import { validate } from './validate.ts';

/** @throws Problem `bad_field` for a key given twice */
export function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new Problem('bad_field', `${name}: given twice.`);
  return values[0];
}

/** Checks keys as the fields of a body are. @throws Problem `bad_field` */
export function keysOf<const Schema extends v.ObjectSchema<v.ObjectEntries, undefined | v.ErrorMessage<v.ObjectIssue>>>(
  query: URLSearchParams,
  schema: Schema,
): v.InferOutput<Schema> {
  const names = Object.keys(schema.entries);
  const given = names.map((name) => [name, single(query, name)] as const);
  return validate(schema, Object.fromEntries(given.filter(([, value]) => value !== undefined)));
}

/** A whole number within bounds. @throws Problem `bad_field` */
export function numberIn(
  query: URLSearchParams,
  name: string,
  { least = 1, most, usual }: { readonly least?: number; readonly most: number; readonly usual: number },
): number {
  const text = single(query, name);
  if (text === undefined) return usual;
  const number = /^\d{1,6}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new Problem('bad_field', `${name}: expected a whole number from ${least} to ${most}, found ${describe(text)}.`);
}

/** The `user` that a request is about. */
const subjectQuery = fieldsOf({ user: maybe(user) });

/** The account that a request is about: the caller's, or the one that a trusted caller names. @throws Problem `bad_field`, `not_yours` */
export function querySubject(context: EndpointContext): Promise<Account> {
  return accountOf(context, keysOf(context.query, subjectQuery).user);
}

/** Whose messages a request is about; `all=true` stands for every account's. @throws Problem `bad_field`, `not_yours`, `not_trusted` */
export async function queryWhose(context: EndpointContext): Promise<OwnerScope> {
  const { query, caller } = context;
  const all = single(query, 'all');
  if (all === undefined || all === 'false') return querySubject(context);
  if (all !== 'true') throw new Problem('bad_field', `all: expected true or false, found ${describe(all)}.`);
  if (query.has('user')) throw new Problem('bad_field', 'all: give user or all, not both.');
  if (caller.trusted) return 'all';
  throw new Problem('not_trusted', `all: you are ${caller.name}; only root and trusted users may see everybody's.`);
}
