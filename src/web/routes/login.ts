/** Login by the provider or by a one-time address, and logout. */
import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import { createRateLimit } from '../../shared/http/rate-limit.ts';
import type { WebContext, WebEnv } from '../context.ts';
import type { WebDependencies } from '../dependencies.ts';
import { addressOf, rateLimited } from '../guard/rate-limit.ts';
import { isSystemUid } from '../login/accounts.ts';
import { fieldsOf, formOf, loggedIn, nextPage, sessionOf } from '../login/gate.ts';
import { FLOW_MS } from '../login/oidc.ts';
import { confirmPage, loginPage } from '../pages/login.ts';
import { flowCookie, sessionCookie } from '../sessions/cookie.ts';
import { deviceOf } from '../sessions/device.ts';
import type { NewSession } from '../sessions/sessions.ts';
import { loginCommand } from '../settings.ts';
import { strings } from '../strings.ts';
import { outcomeIn } from './outcome.ts';

/** Login requests from one address, which may be an office's, and from all together; a login takes two. */
const PER_MINUTE = 60;
const OVERALL_PER_MINUTE = 600;

export function loginRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, sessions, revocation, oidc, loginTokens, accounts, metrics, log } = parts;
  const command = loginCommand(parts.settings);
  const routes = new Hono<WebEnv>();
  const now = () => performance.now();
  // Checked first, so that one address over its limit doesn't use up the common one.
  const each = rateLimited(createRateLimit<string>({ perMinute: PER_MINUTE, now }), addressOf);
  const all = rateLimited(createRateLimit<string>({ perMinute: OVERALL_PER_MINUTE, now }), () => 'all');

  const logIn = async (context: WebContext, identity: Omit<NewSession, 'device'>, next: string) => {
    const { user, method } = identity;
    const device = deviceOf(context.req.header('user-agent') ?? '');
    // Ends the previous session of this browser.
    const before = sessionOf(context, sessions);
    if (before !== undefined) await sessions.end(before.user, before.key);
    sessionCookie.write(context, await sessions.begin({ ...identity, device }));
    metrics.loggedIn(method);
    log.info({ user, method }, 'Logged in.');
    return context.redirect(next, 303);
  };

  const provider = () => {
    if (oidc === undefined) throw new Problem('not_found', strings.errors.notFound);
    return oidc;
  };

  routes.get('/login', (context) => {
    const next = nextPage(context.req.query('next'));
    if (sessionOf(context, sessions) !== undefined) return context.redirect(next, 303);
    return context.html(
      loginPage(assets, { provider: oidc !== undefined, next, outcome: outcomeIn(context), command }),
    );
  });

  routes.get('/login/oidc', each, all, async (context) => {
    const { url, id } = await provider().begin(nextPage(context.req.query('next')));
    flowCookie.write(context, id, FLOW_MS / 1000);
    return context.redirect(url.href, 303);
  });

  routes.get('/login/oidc/callback', each, all, async (context) => {
    const id = flowCookie.read(context);
    flowCookie.remove(context);
    const { user, next } = await provider().finish(id, new URL(context.req.url).search);
    const uid = await accounts.uidOf(user);
    if (isSystemUid(uid)) {
      throw new Problem('not_allowed', `${user} is a system account, which can't log in by e-mail.`);
    }
    return logIn(context, { user, uid, method: 'oidc', root: false }, next);
  });

  routes.get('/login/once/:token', each, all, (context) => {
    const token = context.req.param('token');
    const owner = loginTokens.peek(token);
    if (owner === undefined) throw new Problem('used_up', strings.login.usedUp(command));
    return context.html(confirmPage(assets, owner.user, token));
  });

  routes.post('/login/once', each, all, async (context) => {
    const { token = '' } = await fieldsOf(context);
    const owner = loginTokens.redeem(token);
    if (owner === undefined) throw new Problem('used_up', strings.login.usedUp(command));
    const { user, uid, root } = owner;
    return logIn(context, { user, uid, method: 'host', root }, '/');
  });

  routes.post('/logout', loggedIn(sessions, revocation), async (context) => {
    await formOf(context);
    const { user, key } = context.get('session');
    await sessions.end(user, key);
    sessionCookie.remove(context);
    return context.redirect('/login?done=logged-out', 303);
  });

  return routes;
}
