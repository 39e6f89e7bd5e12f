/** What is answered where, in which order things are looked at, and what people are told when it goes wrong. */
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Code } from '../core/codes.ts';
import { Problem, sentenceOf } from '../core/problem.ts';
import { createRateLimit } from '../shared/http/rate-limit.ts';
import type { WebContext, WebEnv } from './context.ts';
import type { WebDependencies } from './dependencies.ts';
import { errorStatus } from './error-status.ts';
import { compress } from './guard/compress.ts';
import { limitConcurrency } from './guard/concurrency.ts';
import { securityHeaders } from './guard/headers.ts';
import { ownHost, sameOrigin } from './guard/origin.ts';
import { RateLimited, rateLimited } from './guard/rate-limit.ts';
import { loggedIn } from './login/gate.ts';
import { errorPage } from './pages/errors.ts';
import { adminRoutes } from './routes/admin.ts';
import { chartRoutes } from './routes/charts.ts';
import { apiRoutes } from './routes/data/api.ts';
import { eventRoutes } from './routes/data/events.ts';
import { operatingRoutes } from './routes/data/operating.ts';
import { pictureRoutes } from './routes/data/pictures.ts';
import { loginRoutes } from './routes/login.ts';
import { messageRoutes } from './routes/messages.ts';
import { programRoutes } from './routes/programs.ts';
import { scriptRoutes } from './routes/scripts.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { telegramRoutes } from './routes/telegram.ts';
import { ownerKeyOf } from './sessions/session.ts';
import { strings } from './strings.ts';

/** No form and no body here is larger. */
const MAX_BODY_BYTES = 16 * 1024;
/** Requests of one person, pictures included. */
const PER_MINUTE = 600;
/** Of one person, so that whose home hangs, and with it what is asked of their scripts, hangs nobody else's pages. */
const AT_ONCE = 8;

/** Codes of the socket's client: the bot isn't there, and its sentence is for sysadmins. */
const AWAY: ReadonlySet<Code> = new Set<Code>([
  ...(['no_service', 'no_permission', 'timeout', 'connection_lost', 'bad_answer', 'stopping'] as const),
  // The bot doesn't trust this service.
  ...(['not_yours', 'not_trusted', 'not_in_group'] as const),
]);

function explain(
  error: unknown,
  { log }: WebDependencies,
): { status: ContentfulStatusCode; code: Code; sentence: string } {
  if (!(error instanceof Problem)) {
    log.error({ err: error }, 'A request failed for a reason that was not foreseen.');
    return { status: 500, code: 'internal', sentence: strings.errors.internal };
  }
  if (AWAY.has(error.code)) {
    log.warn({ code: error.code }, sentenceOf(error));
    return { status: 503, code: 'bot_away', sentence: strings.errors.away };
  }
  if (error.code === 'storage') {
    log.error({}, sentenceOf(error));
    return { status: 503, code: 'storage', sentence: strings.errors.storage };
  }
  return { status: errorStatus(error.code) as ContentfulStatusCode, code: error.code, sentence: error.message };
}

/** JSON for programs, a page for people. */
function answerError(error: unknown, context: WebContext, parts: WebDependencies): Response | Promise<Response> {
  const { status, code, sentence } = explain(error, parts);
  if (status < 500) parts.metrics.refused(code);
  if (error instanceof RateLimited) context.header('retry-after', String(Math.ceil(error.milliseconds / 1000)));
  if (status === 401) context.header('www-authenticate', 'Bearer');
  if (/^\/(api\/|events$)/.test(context.req.path)) return context.json({ error: sentence, code }, status);
  return context.html(errorPage(parts.assets, sentence), status);
}

/** Everything that the dashboard answers. */
export function createServer(parts: WebDependencies): Hono<WebEnv> {
  const { settings, assets, sessions, leavers, metrics } = parts;
  const { publicUrl } = settings;
  const server = new Hono<WebEnv>();
  server.use(async (context, next) => {
    const began = performance.now();
    await next();
    metrics.answered(context.req.method, context.res.status, (performance.now() - began) / 1000);
  });
  server.use(securityHeaders(publicUrl?.protocol === 'https:'));
  server.route('/', operatingRoutes(parts));
  server.use(ownHost(publicUrl));
  server.route('/', assets.routes);
  server.use(sameOrigin(publicUrl));
  const tooLarge = () => {
    throw new Problem('too_large', 'The form is too large.');
  };
  server.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  const person = rateLimited(
    createRateLimit<string>({ perMinute: PER_MINUTE, now: () => performance.now() }),
    // A program that asks too often locks nobody out of their pages.
    (context) => ownerKeyOf(context.get('session')),
  );
  server.route('/', compressed(loginRoutes(parts)));
  server.use(loggedIn(sessions, leavers), person);
  server.route('/', eventRoutes(parts));
  server.route('/', pictureRoutes(parts));
  server.use(limitConcurrency(AT_ONCE));
  server.use(compress);
  const pages = [
    telegramRoutes,
    messageRoutes,
    scriptRoutes,
    chartRoutes,
    adminRoutes,
    sessionRoutes,
    programRoutes,
    apiRoutes,
  ];
  for (const routes of pages) server.route('/', routes(parts));
  server.notFound((context) => answerError(new Problem('not_found', strings.errors.notFound), context, parts));
  server.onError((error, context) => answerError(error, context, parts));
  return server;
}

function compressed(routes: Hono<WebEnv>): Hono<WebEnv> {
  return new Hono<WebEnv>().use('/login', compress).route('/', routes);
}
