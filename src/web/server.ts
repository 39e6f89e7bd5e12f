/** The routes, the order of checks, and the error answers. */
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
import { ingestRoutes } from './ingest/routes.ts';
import { loggedIn } from './login/gate.ts';
import { errorPage } from './pages/errors.ts';
import { adminRoutes } from './routes/admin.ts';
import { alertRoutes } from './routes/alerts/alerts.ts';
import { rotationRoutes } from './routes/alerts/rotations.ts';
import { chartRoutes } from './routes/charts.ts';
import { apiRoutes } from './routes/data/api.ts';
import { eventRoutes } from './routes/data/events.ts';
import { operatingRoutes } from './routes/data/operating.ts';
import { pictureRoutes } from './routes/data/pictures.ts';
import { destinationRoutes } from './routes/destinations.ts';
import { loginRoutes } from './routes/login.ts';
import { messageRoutes } from './routes/messages.ts';
import { settingsRoutes } from './routes/people/settings.ts';
import { programRoutes } from './routes/programs.ts';
import { scriptRoutes } from './routes/scripts.ts';
import { sessionRoutes } from './routes/sessions.ts';
import { telegramRoutes } from './routes/telegram.ts';
import { ownerKeyOf } from './sessions/session.ts';
import { strings } from './strings.ts';

/** Largest form or body. */
const MAX_BODY_BYTES = 16 * 1024;
/** Requests a minute of one user, including pictures. */
const PER_MINUTE = 600;
/** Concurrent requests of one user, so that a user whose home hangs doesn't block other users' pages. */
const MAX_CONCURRENT = 8;

/** Codes that mean the bot is unavailable; their sentences are for sysadmins. */
const BOT_UNAVAILABLE: ReadonlySet<Code> = new Set<Code>([
  ...(['no_service', 'no_permission', 'timeout', 'connection_lost', 'bad_answer', 'stopping'] as const),
  // The bot doesn't trust this service.
  ...(['not_yours', 'not_trusted', 'not_in_group'] as const),
]);

function explain(
  error: unknown,
  { log }: WebDependencies,
): { status: ContentfulStatusCode; code: Code; sentence: string } {
  if (!(error instanceof Problem)) {
    log.error({ err: error }, 'A request failed with an unexpected error.');
    return { status: 500, code: 'internal', sentence: strings.errors.internal };
  }
  if (BOT_UNAVAILABLE.has(error.code)) {
    log.warn({ code: error.code }, sentenceOf(error));
    return { status: 503, code: 'bot_away', sentence: strings.errors.away };
  }
  if (error.code === 'storage') {
    log.error({}, sentenceOf(error));
    return { status: 503, code: 'storage', sentence: strings.errors.storage };
  }
  return { status: errorStatus(error.code) as ContentfulStatusCode, code: error.code, sentence: error.message };
}

/** Paths of which programs read the answer. */
const FOR_PROGRAMS = /^\/(api\/|hooks\/|events$)/;
/** Errors that Alertmanager's API v2 has as a text, which amtool shows; it can't read another form. */
const TEXT_ERRORS: ReadonlySet<number> = new Set([400, 500]);

/** Answers with JSON for programs, and with a page for people. */
function answerError(error: unknown, context: WebContext, parts: WebDependencies): Response | Promise<Response> {
  const { status, code, sentence } = explain(error, parts);
  if (status < 500) parts.metrics.refused(code);
  if (error instanceof RateLimited) context.header('retry-after', String(Math.ceil(error.milliseconds / 1000)));
  if (status === 401) context.header('www-authenticate', 'Bearer');
  const { path } = context.req;
  if (path === '/api/v2/alerts' && TEXT_ERRORS.has(status)) return context.json(sentence, status);
  if (FOR_PROGRAMS.test(path)) return context.json({ error: sentence, code }, status);
  return context.html(errorPage(parts.assets, sentence), status);
}

/** Creates the dashboard's HTTP application. */
export function createServer(parts: WebDependencies): Hono<WebEnv> {
  const { settings, assets, sessions, revocation, metrics } = parts;
  const { publicUrl } = settings;
  const server = new Hono<WebEnv>();
  server.use(async (context, next) => {
    const began = performance.now();
    await next();
    metrics.answered(context.req.method, context.res.status, (performance.now() - began) / 1000);
  });
  server.use(securityHeaders(publicUrl?.protocol === 'https:'));
  server.route('/', operatingRoutes(parts));
  // Before the checks of browsers: these requests carry no cookie, and a page can't know a machine key.
  server.route('/', ingestRoutes(parts));
  server.use(ownHost(publicUrl));
  server.route('/', assets.routes);
  server.use(sameOrigin(publicUrl));
  const tooLarge = () => {
    throw new Problem('too_large', 'The form is too large.');
  };
  server.use(bodyLimit({ maxSize: MAX_BODY_BYTES, onError: tooLarge }));
  const perOwner = rateLimited(
    createRateLimit<string>({ perMinute: PER_MINUTE, now: () => performance.now() }),
    // A program that sends too many requests must not lock its user out.
    (context) => ownerKeyOf(context.get('session')),
  );
  server.route('/', compressed(loginRoutes(parts)));
  server.use(loggedIn(sessions, revocation), perOwner);
  server.route('/', eventRoutes(parts));
  server.route('/', pictureRoutes(parts));
  server.use(limitConcurrency(MAX_CONCURRENT));
  server.use(compress);
  const pages = [
    telegramRoutes,
    messageRoutes,
    alertRoutes,
    rotationRoutes,
    scriptRoutes,
    destinationRoutes,
    chartRoutes,
    adminRoutes,
    settingsRoutes,
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
