/** What an address may say behind its question mark. */
import type * as v from 'valibot';
import type { Account } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import type { OwnerScope } from '../../../core/scope.ts';
import { accountFor } from '../callers/callers.ts';
import type { EndpointContext } from '../endpoint.ts';
import { describe, fieldsOf, maybe, user, validate } from './fields.ts';

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

/** `user`: whom a question is about. */
const subjectQuery = fieldsOf({ user: maybe(user) });

/** Whom a question is about: the caller, or whom a trusted one names. @throws Problem `bad_field`, `not_yours` */
export function querySubject({ query, caller, accounts }: EndpointContext): Promise<Account> {
  return accountFor(caller, keysOf(query, subjectQuery).user, accounts);
}

/** Whose things a question is about; `all=true` asks for everybody's. @throws Problem `bad_field`, `not_yours`, `not_trusted` */
export async function queryWhose(context: EndpointContext): Promise<OwnerScope> {
  const { query, caller } = context;
  const all = single(query, 'all');
  if (all === undefined || all === 'false') return querySubject(context);
  if (all !== 'true') throw new Problem('bad_field', `all: expected true or false, found ${describe(all)}.`);
  if (query.has('user')) throw new Problem('bad_field', 'all: give user or all, not both.');
  if (caller.trusted) return 'all';
  throw new Problem('not_trusted', `all: you are ${caller.name}; only root and trusted users may see everybody's.`);
}
