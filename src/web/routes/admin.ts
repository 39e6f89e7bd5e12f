import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { adminMain } from '../pages/admin.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { strings } from '../strings.ts';
import { outcomeIn, redirectDone } from './outcome.ts';

/** The admins' page. Other users get 404. */
export function adminRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot, log } = parts;
  const routes = new Hono<WebEnv>();

  const requireAdmin = (context: WebContext) => {
    const viewer = viewerOf(context, parts);
    if (!viewer.admin) throw new Problem('not_found', strings.errors.notFound);
    return viewer;
  };

  routes.get('/admin', async (context) => {
    const viewer = requireAdmin(context);
    const [users, queue, failed] = await Promise.all([bot.users(), bot.queue(), bot.failed()]);
    const main = adminMain(viewer, { users, queue, failed });
    const outcome = outcomeIn(context);
    return context.html(pageOf(assets, viewer, { current: 'admin', title: strings.admin.title, main, outcome }));
  });

  routes.post('/admin/retry', async (context) => {
    const { session } = requireAdmin(context);
    const { delivery = '' } = await formOf(context);
    await bot.retry(delivery);
    log.info({ user: session.user, delivery }, 'A failed message is sent again.');
    return redirectDone(context, '/admin', 'retried');
  });

  return routes;
}
