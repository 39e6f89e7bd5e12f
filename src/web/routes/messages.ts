import { Hono } from 'hono';
import type { DayCount } from '../../shared/api/answers.ts';
import type { WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { type MessageFilter, messageResults, messagesMain } from '../pages/messages.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { strings } from '../strings.ts';
import { outcomeIn } from './outcome.ts';

const PAGE = 25;
const NAMES = ['before', 'status', 'source', 'q'] as const;

/** The filter offers scripts with messages in this time, days. */
const SOURCE_DAYS = 30;

/** The names of scripts, without the entries for no script and for the remaining ones. */
const sourcesIn = (counts: readonly DayCount[]) =>
  [...new Set(counts.flatMap(({ source }) => (source === null || source === '…' ? [] : [source])))].sort();

/** The filter in a page's address; empty fields are ignored. */
function filterIn(query: Readonly<Record<string, string>>): MessageFilter {
  const given = NAMES.flatMap((name) => {
    const value = query[name]?.trim().slice(0, 100);
    return value ? [[name, value]] : [];
  });
  return Object.fromEntries(given);
}

export function messageRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot } = parts;
  const routes = new Hono<WebEnv>();

  routes.get('/messages', async (context) => {
    const viewer = viewerOf(context, parts);
    const filter = filterIn(context.req.query());
    const { user } = viewer.session;
    const page = bot.messages(user, { limit: PAGE, ...filter });
    if (context.req.query('part') !== undefined) return context.html(messageResults(await page, filter));
    const [found, counts] = await Promise.all([page, bot.counts(user, SOURCE_DAYS)]);
    const main = messagesMain(found, filter, sourcesIn(counts));
    const outcome = outcomeIn(context);
    return context.html(pageOf(assets, viewer, { current: 'messages', title: strings.messages.title, main, outcome }));
  });

  return routes;
}
