import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { ScriptAnswer } from '../../shared/api/answers.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { pageOf } from '../pages/parts/layout.ts';
import { logMain, scriptsBrief, scriptsMain } from '../pages/scripts.ts';
import { type Done, strings } from '../strings.ts';
import { outcomeIn, redirectDone } from './outcome.ts';

/** The pages with buttons for scripts. */
const PAGES = ['/', '/scripts'];

const isDone = (word: string): word is Done => Object.hasOwn(strings.done, word);

export function scriptRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot, log } = parts;
  const routes = new Hono<WebEnv>();

  /** The scripts, or the reason why they are not available. */
  const scriptsOf = async (user: string): Promise<readonly ScriptAnswer[] | string> => {
    try {
      return await bot.scripts(user);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'no_scripts') return [];
      log.debug({ user, code: error.code }, 'The scripts are not available.');
      return error.code === 'no_service' ? strings.errors.away : error.message;
    }
  };

  const page = async (context: WebContext, error?: string) => {
    const viewer = viewerOf(context, parts);
    const main = scriptsMain(viewer, await scriptsOf(viewer.session.user));
    const outcome = error === undefined ? outcomeIn(context) : { error };
    return context.html(pageOf(assets, viewer, { current: 'scripts', title: strings.scripts.title, main, outcome }));
  };

  routes.get('/scripts', async (context) => {
    if (context.req.query('part') !== 'brief') return page(context);
    const viewer = viewerOf(context, parts);
    return context.html(scriptsBrief(viewer, await scriptsOf(viewer.session.user)));
  });

  routes.get('/scripts/log', async (context) => {
    const viewer = viewerOf(context, parts);
    const name = context.req.query('name') ?? '';
    const main = logMain(name, await bot.log(viewer.session.user, name));
    return context.html(pageOf(assets, viewer, { current: 'scripts', title: strings.scripts.logOf(name), main }));
  });

  /** Performs an action on a form's script; an error is shown on the page of scripts. */
  const onForm = (path: string, act: (user: string, name: string) => Promise<Done>) => {
    routes.post(path, async (context) => {
      const { name = '', back = '' } = await formOf(context);
      try {
        const done = await act(context.get('session').user, name);
        return redirectDone(context, PAGES.includes(back) ? back : '/scripts', done);
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'no_service') throw error;
        return page(context, error.message);
      }
    });
  };

  onForm('/scripts/run', async (user, name) => {
    const { status, result } = await bot.run(user, name);
    const word = `ran-${result?.result}`;
    return status === 'running' ? 'running' : isDone(word) ? word : 'ran';
  });
  onForm('/scripts/mute', async (user, name) => {
    await bot.mute(user, name);
    return 'muted';
  });
  onForm('/scripts/unmute', async (user, name) => {
    await bot.unmute(user, name);
    return 'unmuted';
  });

  return routes;
}
