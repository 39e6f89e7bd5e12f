import { Hono } from 'hono';
import type { WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { chartsMain, PERIODS } from '../pages/charts.ts';
import { html } from '../pages/parts/html.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { strings } from '../strings.ts';

export function chartRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot } = parts;
  const routes = new Hono<WebEnv>();
  const head = html`<link rel="stylesheet" href="${assets.path('charts.css')}"><script type="module" src="${assets.path('charts.js')}"></script>`;
  routes.get('/charts', async (context) => {
    const viewer = viewerOf(context, parts);
    const days = PERIODS.find((period) => String(period) === context.req.query('days')) ?? PERIODS[1];
    const counts = await bot.counts(viewer.session.user, days);
    const main = chartsMain(counts, days, new Date().toISOString().slice(0, 10));
    return context.html(pageOf(assets, viewer, { current: 'charts', title: strings.charts.title, main, head }));
  });
  return routes;
}
