import { Problem } from '../core/problem.ts';
import type { Log } from '../shared/process/log.ts';
import type { Assets } from './assets.ts';
import type { Bot } from './bot/bot.ts';
import type { DeepLinkCache } from './bot/deep-links.ts';
import type { WebContext } from './context.ts';
import type { Streams } from './events/streams.ts';
import type { AccountRevocation } from './login/account-revocation.ts';
import type { HostAccounts } from './login/accounts.ts';
import type { LoginTokens } from './login/login-token.ts';
import type { Oidc } from './login/oidc.ts';
import type { MachineKeys } from './machines/machine-keys.ts';
import type { WebMetrics } from './metrics.ts';
import type { Viewer } from './pages/parts/layout.ts';
import type { Sessions } from './sessions/sessions.ts';
import type { WebSettings } from './settings.ts';
import { strings } from './strings.ts';

/** Dependencies of the routes, created in `app.ts`. */
export interface WebDependencies {
  readonly settings: WebSettings;
  readonly assets: Assets;
  readonly bot: Bot;
  readonly deepLinks: DeepLinkCache;
  readonly sessions: Sessions;
  readonly streams: Streams;
  readonly accounts: HostAccounts;
  readonly revocation: AccountRevocation;
  readonly loginTokens: LoginTokens;
  readonly machineKeys: MachineKeys;
  /** Whether events arrive from the bot, so that it answers and trusts the dashboard. */
  readonly isBotNear: () => boolean;
  /** `undefined` without a provider in the settings. */
  readonly oidc: Oidc | undefined;
  readonly metrics: WebMetrics;
  readonly log: Log;
}

/** Whether a user is an admin: root, or named in the settings. */
export const isAdmin = ({ user, root }: Viewer['session'], { admins }: WebSettings): boolean =>
  root || admins.includes(user);

/** The viewer of a page. */
export function viewerOf(context: WebContext, { settings }: WebDependencies): Viewer {
  const session = context.get('session');
  return { session, admin: isAdmin(session, settings) };
}

/** The viewer of a page for admins. @throws Problem `not_found` for everybody else */
export function adminOf(context: WebContext, parts: WebDependencies): Viewer {
  const viewer = viewerOf(context, parts);
  if (!viewer.admin) throw new Problem('not_found', strings.errors.notFound);
  return viewer;
}
