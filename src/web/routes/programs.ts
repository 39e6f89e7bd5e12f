import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { sessionsMain } from '../pages/sessions.ts';
import { strings } from '../strings.ts';

/** Names are shown on pages and in terminals. */
const NAME = /^[^\p{C}\p{Zl}\p{Zp}]{1,40}$/u;

/** Creates keys of programs, which read events as the user. */
export function programRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, sessions, metrics, log } = parts;
  const routes = new Hono<WebEnv>();
  routes.post('/sessions/programs', async (context) => {
    const form = await formOf(context);
    const name = form.name?.trim() ?? '';
    if (!NAME.test(name)) throw new Problem('bad_name', strings.programs.badName);
    const viewer = viewerOf(context, parts);
    const { user } = viewer.session;
    const key = await sessions.beginProgram(viewer.session, name);
    metrics.loggedIn('program');
    log.info({ user }, 'A program key was created.');
    const main = sessionsMain(viewer, sessions.of(user), { name, key });
    return context.html(pageOf(assets, viewer, { title: strings.sessions.title, main }));
  });
  return routes;
}
