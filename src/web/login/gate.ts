/** Admits requests with a session; redirects others to the login page, or answers 401 to programs. */
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { sessionCookie } from '../sessions/cookie.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import { strings } from '../strings.ts';
import type { AccountRevocation } from './account-revocation.ts';

/** The session of a request, if there is one. */
export function sessionOf(context: WebContext, sessions: Sessions): Session | undefined {
  const token = sessionCookie.read(context);
  return token === undefined ? undefined : sessions.find(token);
}

/** The target after the login, if it is a page of the dashboard; otherwise the overview. */
export const nextPage = (wanted: string | undefined): string =>
  wanted !== undefined && /^\/(?![/\\])[\w/?=&%.+-]{0,300}$/.test(wanted) && !wanted.startsWith('/log') ? wanted : '/';

/** Whether the answer is for a program, which can't use a login page. */
const isForProgram = (path: string) => path.startsWith('/api/') || path === '/events';

/** The paths that accept a program's key: they change nothing, and none is a page. */
const FOR_PROGRAMS = new Set(['/api/events', '/api/telegram/status']);

/** The program's key in a request for such a path. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
function programKeyOf({ req }: WebContext): string | undefined {
  if (req.method !== 'GET' || !FOR_PROGRAMS.has(req.path)) return undefined;
  return /^Bearer +([\w-]{1,100})$/i.exec(req.header('authorization') ?? '')?.[1];
}

export function loggedIn(sessions: Sessions, revocation: AccountRevocation): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const programKey = programKeyOf(context);
    const found = programKey === undefined ? sessionOf(context, sessions) : sessions.findProgram(programKey);
    const session = found !== undefined && (await revocation.isCurrent(found)) ? found : undefined;
    if (session === undefined) {
      const { path, method, url } = context.req;
      if (isForProgram(path) || method !== 'GET') throw new Problem('not_logged_in', strings.errors.login);
      const { search } = new URL(url);
      return context.redirect(`/login?next=${encodeURIComponent(nextPage(`${path}${search}`))}`, 303);
    }
    context.set('session', session);
    await next();
  };
}

type Fields = Readonly<Record<string, string>>;

/** The fields of a form. @throws Problem `bad_form` */
export async function fieldsOf(context: WebContext): Promise<Fields> {
  try {
    const body = Object.entries(await context.req.parseBody());
    return Object.fromEntries(body.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));
  } catch (error) {
    // For example because it is too large.
    if (error instanceof Problem) throw error;
    throw new Problem('bad_form', 'The body is not a form.', { cause: error });
  }
}

/**
 * The fields of a form on a page of the user who is logged in. That it comes from a page of the dashboard at all is checked
 * before, by what the browser says of the request's origin.
 *
 * @throws Problem `cross_site` for a form on another user's page; `bad_form`
 */
export async function formOf(context: WebContext): Promise<Fields> {
  const form = await fieldsOf(context);
  if (form.user === context.get('session').user) return form;
  throw new Problem('cross_site', 'This form is on a page of another user, so it was refused: load the page again.');
}
