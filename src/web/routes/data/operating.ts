/** Health and metrics, for monitoring; not available through a proxy. */
import { Hono } from 'hono';
import { Problem } from '../../../core/problem.ts';
import type { WebContext, WebEnv } from '../../context.ts';
import type { WebDependencies } from '../../dependencies.ts';
import { strings } from '../../strings.ts';

const FORWARDED = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];

/** @throws Problem `not_found` for a request that a proxy passed on */
function refuseForwarded(context: WebContext): void {
  if (context.env.viaProxy || FORWARDED.some((name) => context.req.header(name) !== undefined)) {
    throw new Problem('not_found', strings.errors.notFound);
  }
}

export function operatingRoutes({ bot, metrics }: WebDependencies): Hono<WebEnv> {
  const routes = new Hono<WebEnv>();
  routes.get('/healthz', async (context) => {
    refuseForwarded(context);
    const { answers, reasons } = await bot.health();
    return answers ? context.json({ status: 'ok', bot: reasons }) : context.json({ status: 'degraded', reasons }, 503);
  });
  routes.get('/metrics', async (context) => {
    refuseForwarded(context);
    const { contentType, text } = await metrics.text();
    return context.body(text, 200, { 'content-type': contentType });
  });
  return routes;
}
