/** The page of a person's settings, and its form. */
import { Hono } from 'hono';
import { PERSON_SETTINGS } from '../../../core/people/settings.ts';
import { Problem } from '../../../core/problem.ts';
import type { WebContext, WebEnv } from '../../context.ts';
import { viewerOf, type WebDependencies } from '../../dependencies.ts';
import { formOf } from '../../login/gate.ts';
import { type FormOutcome, pageOf } from '../../pages/parts/layout.ts';
import { settingsMain, type TypedSettings } from '../../pages/settings/settings.ts';
import { strings } from '../../strings.ts';
import { outcomeIn, redirectDone } from '../outcome.ts';

/** Shows and changes the settings of a user. */
export function settingsRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot } = parts;
  const routes = new Hono<WebEnv>();

  const page = async (context: WebContext, outcome: FormOutcome, typed?: TypedSettings) => {
    const viewer = viewerOf(context, parts);
    const main = settingsMain(viewer, await bot.settings(viewer.session.user), typed);
    return context.html(pageOf(assets, viewer, { title: strings.settings.title, main, outcome }));
  };

  routes.get('/settings', (context) => page(context, outcomeIn(context)));

  routes.post('/settings', async (context) => {
    const form = await formOf(context);
    const given = PERSON_SETTINGS.flatMap((name) => (form[name] === undefined ? [] : [[name, form[name].trim()]]));
    const typed: TypedSettings = Object.fromEntries(given);
    try {
      await bot.changeSettings(context.get('session').user, typed);
      return redirectDone(context, '/settings', 'settings-saved');
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'bad_field') throw error;
      context.status(400);
      return page(context, { error: error.message }, typed);
    }
  });

  return routes;
}
