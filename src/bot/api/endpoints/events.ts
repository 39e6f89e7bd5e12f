import { Problem } from '../../../core/problem.ts';
import { describe } from '../body/fields.ts';
import { queryWhose } from '../body/query.ts';
import type { Endpoint } from '../endpoint.ts';

const HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // A proxy that collects answers would keep events back.
  'x-accel-buffering': 'no',
};

/** The number of the last event that a reader has, from before their connection broke. */
function lastEventId(header: string | string[] | undefined): number | undefined {
  if (header === undefined || header === '') return undefined;
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header);
  throw new Problem('bad_field', `last-event-id: expected the id of an event, found ${describe(header)}.`);
}

/** `GET /events`: a stream that goes on until one of both ends it. */
export const events: Endpoint = async (context) => {
  const { caller, exchange, services, streams } = context;
  const since = lastEventId(exchange.request.headers['last-event-id']);
  const whose = await queryWhose(context);
  const { feed } = services;
  const body = streams.admit(caller, exchange.response, since ?? feed.last(), (follower) =>
    feed.subscribe(whose, since, follower),
  );
  return { status: 200, headers: HEADERS, body };
};
