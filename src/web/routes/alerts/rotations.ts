/** The pages of who is on call, and of the rules. */
import { Hono } from 'hono';
import { Problem } from '../../../core/problem.ts';
import type { WebContext, WebEnv } from '../../context.ts';
import { adminOf, viewerOf, type WebDependencies } from '../../dependencies.ts';
import { formOf } from '../../login/gate.ts';
import { onCallMain } from '../../pages/alerts/on-call.ts';
import { rulesMain } from '../../pages/alerts/rules.ts';
import { type FormOutcome, pageOf } from '../../pages/parts/layout.ts';
import { type Done, strings } from '../../strings.ts';
import { outcomeIn, redirectDone } from '../outcome.ts';

const ON_CALL = '/alerts/on-call';

/** Shows rotations to everybody; admins change them, and see the rules. */
export function rotationRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot, log } = parts;
  const routes = new Hono<WebEnv>();

  const onCall = async (context: WebContext, outcome: FormOutcome) => {
    const viewer = viewerOf(context, parts);
    const main = onCallMain(viewer, await bot.rotations());
    return context.html(pageOf(assets, viewer, { current: 'alerts', title: strings.rotations.title, main, outcome }));
  };

  routes.get(ON_CALL, (context) => onCall(context, outcomeIn(context)));

  routes.get('/alerts/rules', async (context) => {
    const viewer = adminOf(context, parts);
    const main = rulesMain(viewer, await bot.rules());
    return context.html(pageOf(assets, viewer, { current: 'alerts', title: strings.rules.title, main }));
  });

  /** Does what an admin's form asks for; why the bot refuses it is shown on the page. */
  const onForm = (path: string, done: Done, act: (form: Readonly<Record<string, string>>) => Promise<void>) => {
    routes.post(`${ON_CALL}/${path}`, async (context) => {
      const { session } = adminOf(context, parts);
      const form = await formOf(context);
      try {
        await act(form);
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'no_service') throw error;
        return onCall(context, { error: error.message });
      }
      log.info({ user: session.user, rotation: form.rotation }, 'An admin changed who is on call.');
      return redirectDone(context, ON_CALL, done);
    });
  };

  onForm('override', 'stands-in', ({ rotation = '', person = '', until = '' }) =>
    bot.overrideRotation(rotation, person.trim(), until),
  );
  onForm('clear', 'overrides-ended', ({ rotation = '' }) => bot.clearOverrides(rotation));

  return routes;
}
