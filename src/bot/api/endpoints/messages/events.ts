import { Problem } from '../../../../core/problem.ts';
import { describe } from '../../../../shared/api/fields.ts';
import { queryWhose } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // nginx would otherwise buffer events.
  'x-accel-buffering': 'no',
};

/** The number of the last event that a reader had before its connection broke. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new Problem('bad_field', `last-event-id: expected the id of an event, found ${describe(header)}.`);
}

/** A stream of events that goes on until one side ends it. */
export const events: Endpoint = {
  method: 'GET',
  path: '/events',
  codes: ['bad_field', 'not_yours', 'not_trusted', 'too_many_streams'],
  async handle(context) {
    const { caller, exchange, services, streams } = context;
    const since = lastEventId(exchange.request.headers['last-event-id']);
    const whose = await queryWhose(context);
    const { feed } = services;
    const body = streams.admit(caller, exchange.response, since ?? feed.last(), (follower) =>
      feed.subscribe(whose, since, follower),
    );
    return { status: 200, headers: HEADERS, body };
  },
};
