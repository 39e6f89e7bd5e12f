/** The page of alerts and its forms. */
import { Hono } from 'hono';
import { Problem } from '../../../core/problem.ts';
import type { WebContext, WebEnv } from '../../context.ts';
import { viewerOf, type WebDependencies } from '../../dependencies.ts';
import { formOf } from '../../login/gate.ts';
import {
  ALERT_TABS,
  type AlertFilter,
  type AlertTotals,
  alertList,
  alertsMain,
  alertsPath,
} from '../../pages/alerts/alerts.ts';
import { type FormOutcome, pageOf, type Viewer } from '../../pages/parts/layout.ts';
import { type Done, strings } from '../../strings.ts';
import { outcomeIn, redirectDone } from '../outcome.ts';

/** Alerts on a page. */
const PAGE = 50;

/** The list that an address names; the list of what fires for anything else. */
function filterIn(query: Readonly<Record<string, string>>): AlertFilter {
  const { before } = query;
  const state = ALERT_TABS.find((tab) => tab === query.state) ?? 'firing';
  return { state, ...(before !== undefined && { before: before.slice(0, 200) }) };
}

/** Whom the bot is asked for: a user sees what the bot shows them, an admin all alerts. */
const asWhom = ({ session, admin }: Viewer) => (admin ? {} : { user: session.user });

/** An alert in a form. */
interface NamedAlert {
  readonly fingerprint: string;
  readonly owner: string;
}

/** A change of an alert, as a user or as the dashboard itself. */
type Change = (fingerprint: string, who: { readonly user?: string; readonly owner: string }) => Promise<void>;

/** Lists and changes alerts. */
export function alertRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, bot } = parts;
  const routes = new Hono<WebEnv>();

  /** A list, and how many alerts there are of each state. */
  const found = async (viewer: Viewer, filter: AlertFilter) => {
    const whose = asWhom(viewer);
    const others = ALERT_TABS.filter((state) => state !== filter.state);
    const [list, ...counts] = await Promise.all([
      bot.alerts({ ...whose, limit: PAGE, ...filter }),
      ...others.map((state) => bot.alerts({ ...whose, state, limit: 1 })),
    ]);
    const totals = Object.fromEntries(others.map((state, index) => [state, counts[index]?.total ?? 0]));
    return { list, totals: { ...totals, [filter.state]: list.total } as AlertTotals };
  };

  const page = async (context: WebContext, filter: AlertFilter, outcome: FormOutcome) => {
    const viewer = viewerOf(context, parts);
    const { list, totals } = await found(viewer, filter);
    const main = alertsMain(viewer, list, filter, totals);
    return context.html(pageOf(assets, viewer, { current: 'alerts', title: strings.alerts.title, main, outcome }));
  };

  routes.get('/alerts', async (context) => {
    const filter = filterIn(context.req.query());
    if (context.req.query('part') === undefined) return page(context, filter, outcomeIn(context));
    const viewer = viewerOf(context, parts);
    const { list, totals } = await found(viewer, filter);
    return context.html(alertList(viewer, list, filter, totals));
  });

  /**
   * Changes an alert as the user, with their rights and their name. One that only admins see is changed as the dashboard,
   * and a comment names the admin.
   */
  const change = async ({ session: { user }, admin }: Viewer, { fingerprint, owner }: NamedAlert, act: Change) => {
    try {
      await act(fingerprint, { user, owner });
    } catch (error) {
      if (!admin || !(error instanceof Problem) || error.code !== 'unknown_alert') throw error;
      await act(fingerprint, { owner });
      await bot.commentAlert(fingerprint, { owner, text: strings.alerts.byAdmin(user) });
    }
  };

  /** Does what a form asks for; why the bot refuses it is shown on the page. */
  const onForm = (path: string, done: Done, actOf: (fields: Readonly<Record<string, string>>) => Change) => {
    routes.post(`/alerts/${path}`, async (context) => {
      const { fingerprint = '', owner = '', back = '', ...fields } = await formOf(context);
      const filter = filterIn(Object.fromEntries(new URLSearchParams(back.split('?')[1])));
      try {
        await change(viewerOf(context, parts), { fingerprint, owner }, actOf(fields));
        return redirectDone(context, alertsPath(filter), done);
      } catch (error) {
        if (!(error instanceof Problem) || error.code === 'no_service') throw error;
        return page(context, filter, { error: error.message });
      }
    });
  };

  onForm('ack', 'acknowledged', () => bot.acknowledge);
  onForm('unack', 'unacknowledged', () => bot.unacknowledge);
  onForm(
    'silence',
    'silenced',
    ({ for: time = '' }) =>
      (fingerprint, who) =>
        bot.silenceAlert(fingerprint, { ...who, for: time }),
  );
  onForm('unsilence', 'unsilenced', () => (fingerprint, who) => bot.silenceAlert(fingerprint, { ...who, for: '0' }));
  onForm(
    'comment',
    'commented',
    ({ text = '' }) =>
      (fingerprint, who) =>
        bot.commentAlert(fingerprint, { ...who, text }),
  );
  onForm('resolve', 'resolved', () => bot.resolveAlert);

  return routes;
}
