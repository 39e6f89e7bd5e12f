/** The overview, and the actions of its Telegram card. */
import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { AlertsAnswer } from '../../shared/api/alerts/answers.ts';
import type { MessagesAnswer, StatusAnswer } from '../../shared/api/answers.ts';
import type { Log } from '../../shared/process/log.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { viewerOf, type WebDependencies } from '../dependencies.ts';
import { formOf } from '../login/gate.ts';
import { overviewMain } from '../pages/overview.ts';
import { type FormOutcome, pageOf } from '../pages/parts/layout.ts';
import { type TelegramCard, telegramCard } from '../pages/parts/telegram-card.ts';
import { strings } from '../strings.ts';
import { redeem } from './codes.ts';
import { outcomeIn, redirectDone } from './outcome.ts';

/** Number of messages on the overview. */
const LATEST = 10;

/** The value, or `undefined` if the bot doesn't answer: the page reports that and shows the rest. */
async function ifAnswered<T>(log: Log, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    log.warn({ code: error.code }, error.message);
    return undefined;
  }
}

export function telegramRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot, deepLinks, log } = parts;
  const routes = new Hono<WebEnv>();

  const cardOf = async (user: string): Promise<TelegramCard> => {
    const status: StatusAnswer | undefined = await ifAnswered(log, bot.status(user));
    const deepLink = status?.linked === false ? await deepLinks.forUser(user) : undefined;
    return { status, deepLink };
  };

  const overview = async (context: WebContext, outcome: FormOutcome, typed: Partial<TelegramCard> = {}) => {
    const viewer = viewerOf(context, parts);
    const { user } = viewer.session;
    const [card, latest, firing]: [TelegramCard, MessagesAnswer | undefined, AlertsAnswer | undefined] =
      await Promise.all([
        cardOf(user),
        ifAnswered(log, bot.messages(user, { limit: LATEST })),
        ifAnswered(log, bot.alerts({ user, state: 'firing', limit: 1 })),
      ]);
    const main = overviewMain(viewer, { ...card, ...typed }, latest, firing?.total ?? 0);
    return context.html(pageOf(assets, viewer, { current: 'overview', title: strings.menu.overview, main, outcome }));
  };

  routes.get('/', (context) => overview(context, outcomeIn(context)));

  /** Only the card, for a page that waits until the link is opened. */
  routes.get('/telegram/card', async (context) => {
    const viewer = viewerOf(context, parts);
    return context.html(telegramCard(viewer, await cardOf(viewer.session.user)));
  });

  routes.post('/telegram/link', async (context) => {
    const { code = '' } = await formOf(context);
    const redeemed = await redeem(parts, context.get('session').user, code);
    if ('linkedAt' in redeemed) return redirectDone(context, '/', 'linked');
    context.status(redeemed.status);
    return overview(context, {}, { code: code.slice(0, 8), codeError: redeemed.sentence });
  });

  routes.post('/telegram/unlink', async (context) => {
    await formOf(context);
    const { user } = context.get('session');
    await bot.unlink(user);
    deepLinks.forget(user);
    return redirectDone(context, '/', 'unlinked');
  });

  routes.post('/telegram/mute', async (context) => {
    await formOf(context);
    await bot.mute(context.get('session').user);
    return redirectDone(context, '/', 'muted');
  });

  routes.post('/telegram/unmute', async (context) => {
    await formOf(context);
    await bot.unmute(context.get('session').user);
    return redirectDone(context, '/', 'unmuted');
  });

  routes.post('/telegram/test', async (context) => {
    await formOf(context);
    await bot.test(context.get('session').user);
    return redirectDone(context, '/', 'tested');
  });

  return routes;
}
