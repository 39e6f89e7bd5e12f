import { anyText, boundedText, fieldsOf, maybe, messageStatus } from '../body/fields.ts';
import { keysOf, numberIn, querySubject, queryWhose } from '../body/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { DEFAULT_MESSAGES, MAX_DAYS, MAX_MESSAGES, MAX_SEARCH, MAX_SOURCE } from '../limits.ts';

/** `GET /status` */
export const status: Endpoint = async (context) => {
  const { user: name, uid } = await querySubject(context);
  const { linked, linkedAt, chat, queued, unreachable, bot, mutedUntil } = await context.services.accountStatus(
    name,
    uid,
  );
  const body = {
    ok: true,
    user: name,
    linked,
    ...(linkedAt !== undefined && { linked_at: linkedAt }),
    ...(chat !== undefined && { chat }),
    queued,
    ...(unreachable !== undefined && { unreachable }),
    ...(bot !== undefined && { bot }),
    muted_until: mutedUntil ?? null,
  };
  return { status: 200, body };
};

/** What narrows `GET /messages` down. */
const filters = fieldsOf({
  before: maybe(anyText),
  status: maybe(messageStatus),
  source: maybe(boundedText(MAX_SOURCE)),
  q: maybe(boundedText(MAX_SEARCH)),
});

/** `GET /messages` */
export const messages: Endpoint = async (context) => {
  const { query, services } = context;
  const limit = numberIn(query, 'limit', { most: MAX_MESSAGES, usual: DEFAULT_MESSAGES });
  const { before, status: wanted, source, q = '' } = keysOf(query, filters);
  const page = await services.messages({
    whose: await queryWhose(context),
    limit,
    ...(before !== undefined && { before }),
    ...(wanted !== undefined && { status: wanted }),
    ...(source !== undefined && { source: source === '' ? null : source }),
    ...(q.trim() !== '' && { text: q.trim() }),
  });
  return { status: 200, body: { ok: true, ...page } };
};

/** `GET /counts` */
export const counts: Endpoint = async (context) => {
  const days = numberIn(context.query, 'days', { most: MAX_DAYS, usual: MAX_DAYS });
  const whose = await queryWhose(context);
  return { status: 200, body: { ok: true, days: await context.services.counts(whose, days) } };
};
