import { Hono } from 'hono';
import type { WebEnv } from '../context.ts';
import { adminOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { adminMain } from '../pages/admin.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { strings } from '../strings.ts';
import { outcomeIn, redirectDone } from './outcome.ts';

/** The admins' page. Other users get 404. */
export function adminRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot, log } = parts;
  const routes = new Hono<WebEnv>();

  routes.get('/admin', async (context) => {
    const viewer = adminOf(context, parts);
    const [users, queue, failed] = await Promise.all([bot.users(), bot.queue(), bot.failed()]);
    const main = adminMain(viewer, { users, queue, failed });
    const outcome = outcomeIn(context);
    return context.html(pageOf(assets, viewer, { current: 'admin', title: strings.admin.title, main, outcome }));
  });

  routes.post('/admin/retry', async (context) => {
    const { session } = adminOf(context, parts);
    const { delivery = '' } = await formOf(context);
    await bot.retry(delivery);
    log.info({ user: session.user, delivery }, 'A failed message is sent again.');
    return redirectDone(context, '/admin', 'retried');
  });

  return routes;
}
