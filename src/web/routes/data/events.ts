/** The event streams: JSON for programs, and with the rendered element for pages. */
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { Hono } from 'hono';
import * as v from 'valibot';
import { Problem } from '../../../core/problem.ts';
import { messageAnswer } from '../../../shared/api/answers.ts';
import type { WebContext, WebEnv } from '../../context.ts';
import type { WebDependencies } from '../../dependencies.ts';
import { writeEvent } from '../../events/sse.ts';
import type { Format, OwnedEvent } from '../../events/streams.ts';
import { elementIdOf, messageItem } from '../../pages/parts/message.ts';
import { strings } from '../../strings.ts';

const asJson: Format = writeEvent;

/** For pages: the list's element, and the fields of a browser notification. */
const asElement: Format = (event: OwnedEvent) => {
  const found = event.event === 'message' ? v.safeParse(messageAnswer, JSON.parse(event.data)) : undefined;
  if (!found?.success) return writeEvent(event);
  const { status, title, source, severity } = found.output;
  const data = { element: elementIdOf(found.output), status, title, source, severity };
  return writeEvent({ ...event, data: JSON.stringify({ ...data, html: String(messageItem(found.output)) }) });
};

export function eventRoutes({ streams }: WebDependencies): Hono<WebEnv> {
  const routes = new Hono<WebEnv>();
  const open = (format: Format) => (context: WebContext) => {
    // A HEAD request has no body; a stream would never end.
    if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
    const session = context.get('session');
    // The page belongs to a user who was logged in earlier.
    const wanted = context.req.query('user');
    if (wanted !== undefined && wanted !== session.user) throw new Problem('not_logged_in', strings.errors.login);
    const since = context.req.header('last-event-id') ?? context.req.query('since');
    streams.open(session, context.env.outgoing, format, since);
    return RESPONSE_ALREADY_SENT;
  };
  routes.get('/events', open(asElement));
  routes.get('/api/events', open(asJson));
  return routes;
}
