import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { adminMain } from '../pages/admin.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { strings } from '../strings.ts';
import { goOn, outcomeIn } from './outcome.ts';

/** Everybody's. For others there is no such page. */
export function adminRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot, log } = parts;
  const routes = new Hono<WebEnv>();

  const insist = (context: WebContext) => {
    const viewer = viewerOf(context, parts);
    if (!viewer.admin) throw new Problem('not_found', strings.errors.notFound);
    return viewer;
  };

  routes.get('/admin', async (context) => {
    const viewer = insist(context);
    const [users, queue, failed] = await Promise.all([bot.users(), bot.queue(), bot.failed()]);
    const main = adminMain(viewer, { users, queue, failed });
    const outcome = outcomeIn(context);
    return context.html(pageOf(assets, viewer, { current: 'admin', title: strings.admin.title, main, outcome }));
  });

  routes.post('/admin/retry', async (context) => {
    const { session } = insist(context);
    const { delivery = '' } = await formOf(context);
    await bot.retry(delivery);
    log.info({ user: session.user, delivery }, 'Sent again.');
    return goOn(context, '/admin', 'retried');
  });

  return routes;
}
