import { Hono } from 'hono';
import type { WebEnv } from '../context.ts';
import { pageOf } from '../pages/layout.ts';
import { type MessageFilter, messageResults, messagesMain } from '../pages/messages.ts';
import { type Parts, viewerOf } from '../parts.ts';
import { strings } from '../strings.ts';
import { outcomeIn } from './outcome.ts';

const PAGE = 25;
const NAMES = ['before', 'status', 'source', 'q'] as const;

/** The filter in a page's address; empty fields, as forms send them, are none. */
function filterIn(query: Readonly<Record<string, string>>): MessageFilter {
  const given = NAMES.flatMap((name) => {
    const value = query[name]?.trim().slice(0, 100);
    return value ? [[name, value]] : [];
  });
  return Object.fromEntries(given);
}

export function messageRoutes(parts: Parts): Hono<WebEnv> {
  const { assets, bot } = parts;
  const routes = new Hono<WebEnv>();

  routes.get('/messages', async (context) => {
    const viewer = viewerOf(context, parts);
    const filter = filterIn(context.req.query());
    const found = await bot.messages(viewer.session.user, { limit: PAGE, ...filter });
    if (context.req.query('part') !== undefined) return context.html(messageResults(found, filter));
    const main = messagesMain(found, filter);
    const outcome = outcomeIn(context);
    return context.html(pageOf(assets, viewer, { current: 'messages', title: strings.messages.title, main, outcome }));
  });

  return routes;
}
