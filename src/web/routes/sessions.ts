import { Hono } from 'hono';
import type { WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { sessionsMain } from '../pages/sessions.ts';
import { sessionCookie } from '../sessions/cookie.ts';
import { strings } from '../strings.ts';
import { outcomeIn, redirectDone } from './outcome.ts';

/** Lists and ends a user's sessions. */
export function sessionRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, sessions } = parts;
  const routes = new Hono<WebEnv>();

  routes.get('/sessions', (context) => {
    const viewer = viewerOf(context, parts);
    const main = sessionsMain(viewer, sessions.of(viewer.session.user));
    return context.html(pageOf(assets, viewer, { title: strings.sessions.title, main, outcome: outcomeIn(context) }));
  });

  routes.post('/sessions/end', async (context) => {
    const { key = '' } = await formOf(context);
    await sessions.end(context.get('session').user, key);
    return redirectDone(context, '/sessions', 'session-ended');
  });

  routes.post('/sessions/end-all', async (context) => {
    await formOf(context);
    await sessions.endAll(context.get('session').user);
    sessionCookie.remove(context);
    return redirectDone(context, '/login', 'everywhere');
  });

  return routes;
}
