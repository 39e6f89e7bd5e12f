import { Readable } from 'node:stream';
import { Hono } from 'hono';
import { Problem } from '../../../core/problem.ts';
import type { WebEnv } from '../../context.ts';
import type { WebDependencies } from '../../dependencies.ts';
import { limitConcurrency } from '../../guard/concurrency.ts';
import { strings } from '../../strings.ts';

/** Image types that can't contain script, so no SVG. */
const KINDS = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp']);

/**
 * Concurrent pictures of one user. The bot holds each in memory until it is read, and has memory for six of the
 * largest: a slow reader must not block other users.
 */
const MAX_CONCURRENT = 2;

/** Streams the pictures of messages from the bot to the browser. */
export function pictureRoutes({ bot }: WebDependencies): Hono<WebEnv> {
  const routes = new Hono<WebEnv>();
  routes.get('/messages/:id/pictures/:n{[0-9]}', limitConcurrency(MAX_CONCURRENT), async (context) => {
    const { user } = context.get('session');
    const id = encodeURIComponent(context.req.param('id'));
    const path = `/messages/${id}/pictures/${context.req.param('n')}?user=${encodeURIComponent(user)}`;
    const picture = await bot.stream(path, { signal: context.req.raw.signal });
    const type = picture.headers['content-type'] ?? '';
    if (picture.statusCode !== 200 || !KINDS.has(type)) {
      picture.resume();
      const { statusCode: status = 0 } = picture;
      // The picture may exist and be temporarily unavailable.
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
      // Cached for this session only: senders choose ids, so another user's may be equal.
      vary: 'cookie',
    });
  });
  return routes;
}
