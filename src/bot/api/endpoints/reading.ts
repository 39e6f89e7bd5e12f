import { Problem } from '../../../shared/problem.ts';
import { type Subject, subjectOf } from '../callers.ts';
import type { Context, Endpoint } from '../endpoint.ts';
import { describe, fieldsOf, maybe, user, validate } from '../fields.ts';
import { DEFAULT_MESSAGES, MAX_MESSAGES } from '../limits.ts';

/** What `GET /status` and `GET /messages` read from their query. */
const subjectQuery = fieldsOf({ user: maybe(user) });

function single(query: URLSearchParams, name: string): string | undefined {
  const values = query.getAll(name);
  if (values.length > 1) throw new Problem('bad_field', `${name}: given twice.`);
  return values[0];
}

function querySubject({ query, caller, accounts }: Context): Promise<Subject> {
  const wanted = single(query, 'user');
  const asked = validate(subjectQuery, wanted === undefined ? {} : { user: wanted });
  return subjectOf(caller, asked.user, accounts);
}

function limitOf(query: URLSearchParams): number {
  const text = single(query, 'limit');
  if (text === undefined) return DEFAULT_MESSAGES;
  const limit = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_MESSAGES) return limit;
  throw new Problem('bad_field', `limit: expected a whole number from 1 to ${MAX_MESSAGES}, found ${describe(text)}.`);
}

/** `GET /status` */
export const status: Endpoint = async (context) => {
  const { user: name, uid } = await querySubject(context);
  const { linked, linkedAt, chat, queued, unreachable } = await context.services.standing(name, uid);
  const body = {
    ok: true,
    user: name,
    linked,
    ...(linkedAt !== undefined && { linked_at: linkedAt }),
    ...(chat !== undefined && { chat }),
    queued,
    ...(unreachable !== undefined && { unreachable }),
  };
  return { status: 200, body };
};

/** `GET /messages` */
export const messages: Endpoint = async (context) => {
  const limit = limitOf(context.query);
  const { user: name, uid } = await querySubject(context);
  return { status: 200, body: { ok: true, messages: await context.services.messages(name, limit, uid) } };
};
