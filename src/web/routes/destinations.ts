/** The page of destinations and its forms. */
import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { DestinationCodeAnswer } from '../../shared/api/answers.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { destinationsMain } from '../pages/destinations.ts';
import { type FormOutcome, pageOf } from '../pages/parts/layout.ts';
import { type Done, strings } from '../strings.ts';
import { outcomeIn, redirectDone } from './outcome.ts';

/** Names of senders in a field, between commas or spaces. */
const namesIn = (text: string): readonly string[] => text.split(/[\s,]+/).filter((name) => name !== '');

/** Lists and changes the destinations of a user. */
export function destinationRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot } = parts;
  const routes = new Hono<WebEnv>();

  const page = async (context: WebContext, outcome: FormOutcome, made?: DestinationCodeAnswer) => {
    const viewer = viewerOf(context, parts);
    const main = destinationsMain(viewer, await bot.destinations(viewer.session.user), made);
    const { title } = strings.destinations;
    return context.html(pageOf(assets, viewer, { current: 'destinations', title, main, outcome }));
  };

  routes.get('/destinations', (context) => page(context, outcomeIn(context)));

  /** Does what a form asks for; why the bot refuses it is shown on the page. */
  const onForm = (
    path: string,
    act: (user: string, form: Readonly<Record<string, string>>) => Promise<Done | DestinationCodeAnswer>,
  ) => {
    routes.post(path, async (context) => {
      const form = await formOf(context);
      try {
        const done = await act(context.get('session').user, form);
        if (typeof done === 'string') return redirectDone(context, '/destinations', done);
        return page(context, {}, done);
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'no_service') throw error;
        return page(context, { error: error.message });
      }
    });
  };

  onForm('/destinations/add', (user, { name = '', senders = '' }) =>
    bot.addDestination(user, name.trim(), namesIn(senders)),
  );
  onForm('/destinations/allow', async (user, { name = '', who = '' }) => {
    await bot.changeSenders(user, name, { allow: [...namesIn(who)] });
    return 'senders-changed';
  });
  onForm('/destinations/deny', async (user, { name = '', who = '' }) => {
    await bot.changeSenders(user, name, { deny: [...namesIn(who)] });
    return 'senders-changed';
  });
  onForm('/destinations/test', async (user, { name = '' }) => {
    await bot.testDestination(user, name);
    return 'tested';
  });
  onForm('/destinations/remove', async (user, { name = '' }) => {
    await bot.removeDestination(user, name);
    return 'destination-removed';
  });

  return routes;
}
