/** Login by the provider or by a one-time address, and logout. */
import { Hono } from 'hono';
import { Problem } from '../../core/problem.ts';
import { createRateLimit } from '../../shared/http/rate-limit.ts';
import type { WebContext, WebEnv } from '../context.ts';
import type { WebDependencies } from '../dependencies.ts';
import { RateLimited } from '../guard/rate-limit.ts';
import { isSystemUid } from '../login/accounts.ts';
import { FLOW_MS } from '../login/flow.ts';
import { fieldsOf, formOf, loggedIn, nextPage, sessionOf } from '../login/gate.ts';
import type { TokenOwner } from '../login/login-token.ts';
import { confirmPage, loginPage } from '../pages/login.ts';
import { flowCookie, sessionCookie } from '../sessions/cookie.ts';
import { deviceOf } from '../sessions/device.ts';
import type { NewSession } from '../sessions/sessions.ts';
import { loginCommand } from '../settings.ts';
import { strings } from '../strings.ts';
import { outcomeIn } from './outcome.ts';

/** Failed logins from one address, which may be an office's, or of one local account. */
const FAILURES_PER_MINUTE = 60;

export function loginRoutes(parts: WebDependencies): Hono<WebEnv> {
  const { assets, sessions, revocation, oidc, loginTokens, accounts, metrics, log } = parts;
  const command = loginCommand(parts.settings);
  const routes = new Hono<WebEnv>();
  const failures = createRateLimit<string>({ perMinute: FAILURES_PER_MINUTE, now: () => performance.now() });

  /** Counts a failure. @returns whom it was charged to. @throws RateLimited when they have had too many */
  const countFailure = ({ env: { source } }: WebContext) => {
    const wait = failures.take(source);
    if (wait > 0) throw new RateLimited(wait);
    return source;
  };

  /** The account of a one-time address. A valid one is never refused, since its 256 bits can't be guessed. */
  const ownerOf = (context: WebContext, owner: TokenOwner | undefined) => {
    if (owner !== undefined) return owner;
    countFailure(context);
    throw new Problem('used_up', strings.login.usedUp(command));
  };

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

  routes.get('/login/oidc', async (context) => {
    const { url, sealed } = await provider().begin(nextPage(context.req.query('next')));
    flowCookie.write(context, sealed, FLOW_MS / 1000);
    return context.redirect(url.href, 303);
  });

  routes.get('/login/oidc/callback', async (context) => {
    const sealed = flowCookie.read(context);
    flowCookie.remove(context);
    // Counted before the provider is asked, so that many at once don't pass either.
    const source = countFailure(context);
    const { user, next } = await provider().finish(sealed, new URL(context.req.url).search);
    const uid = await accounts.uidOf(user);
    // Whoever gets the name later would inherit the session.
    if (uid === undefined) throw new Problem('not_allowed', `This host has no account named ${user}.`);
    if (isSystemUid(uid)) {
      throw new Problem('not_allowed', `${user} is a system account, which can't log in by e-mail.`);
    }
    failures.giveBack(source);
    return logIn(context, { user, uid, method: 'oidc', root: false }, next);
  });

  routes.get('/login/once/:token', (context) => {
    const token = context.req.param('token');
    const { user } = ownerOf(context, loginTokens.peek(token));
    return context.html(confirmPage(assets, user, token));
  });

  routes.post('/login/once', async (context) => {
    const { token = '' } = await fieldsOf(context);
    const { user, uid, root } = ownerOf(context, loginTokens.redeem(token));
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
