import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { Problem } from '../../../core/problem.ts';
import type { WebEnv } from '../../context.ts';
import type { WebDependencies } from '../../dependencies.ts';
import { limitConcurrency } from '../../guard/concurrency.ts';
import { strings } from '../../strings.ts';

/** What browsers show and run nothing of; SVG is not among them. */
const KINDS = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/**
 * Of one person at a time. The bot holds each in memory until it is taken, and has room for six of the largest: who
 * takes theirs slowly must not keep everybody's back.
 */
const AT_ONCE = 2;

/** The pictures of messages, from the bot to the browser without a stop. */
export function pictureRoutes({ bot }: WebDependencies): Hono<WebEnv> {
  const routes = new Hono<WebEnv>();
  routes.get('/messages/:id/pictures/:n{[0-9]}', limitConcurrency(AT_ONCE), async (context) => {
    const { user } = context.get('session');
    const id = encodeURIComponent(context.req.param('id'));
    const path = `/messages/${id}/pictures/${context.req.param('n')}?user=${encodeURIComponent(user)}`;
    const picture = await bot.stream(path, { signal: context.req.raw.signal });
    const type = picture.headers['content-type'] ?? '';
    if (picture.statusCode !== 200 || !KINDS.has(type)) {
      picture.resume();
      const { statusCode: status = 0 } = picture;
      // There may well be one, which can't be had now.
      if (status === 429 || status >= 500) throw new Problem('picture_away', strings.errors.away);
      throw new Problem('not_found', strings.errors.notFound);
    }
    const length = picture.headers['content-length'];
    return context.body(Readable.toWeb(picture) as ReadableStream, 200, {
      'content-type': type,
      ...(length !== undefined && { 'content-length': length }),
      'content-security-policy': "default-src 'none'; sandbox",
      // A picture of a message never changes.
      'cache-control': 'private, max-age=604800, immutable',
      // Kept for this log-in alone: ids are the sender's choice, so the next person's may be the same.
      vary: 'cookie',
    });
  });
  return routes;
}
