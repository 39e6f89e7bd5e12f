/** Lets through who is logged in; others are shown the door, or told so where a program asks. */
import type { MiddlewareHandler } from 'hono';
import { Problem } from '../../core/problem.ts';
import type { WebContext, WebEnv } from '../context.ts';
import { formTokenOf, isFormToken } from '../guard/form-token.ts';
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

/** A page of ours and nothing else: where to go after the login. */
export const nextPage = (wanted: string | undefined): string =>
  wanted !== undefined && /^\/(?![/\\])[\w/?=&%.+-]{0,300}$/.test(wanted) && !wanted.startsWith('/log') ? wanted : '/';

/** Whether the answer is for a program, which can't log in by itself. */
const isForProgram = (path: string) => path.startsWith('/api/') || path === '/events';

/** All that a program's key opens: nothing that changes anything, and no page. */
const FOR_PROGRAMS = new Set(['/api/events', '/api/telegram/status']);

/** The key that a program shows, where it may. https://www.rfc-editor.org/rfc/rfc6750#section-2.1 */
function programKeyOf({ req }: WebContext): string | undefined {
  if (req.method !== 'GET' || !FOR_PROGRAMS.has(req.path)) return undefined;
  return /^Bearer +([\w-]{1,100})$/i.exec(req.header('authorization') ?? '')?.[1];
}

export function loggedIn(sessions: Sessions, leavers: AccountRevocation): MiddlewareHandler<WebEnv> {
  return async (context, next) => {
    const programKey = programKeyOf(context);
    const found = programKey === undefined ? sessionOf(context, sessions) : sessions.findProgram(programKey);
    const session = found !== undefined && (await leavers.stays(found)) ? found : undefined;
    const cookie = sessionCookie.read(context);
    if (session === undefined) {
      const { path, method, url } = context.req;
      if (isForProgram(path) || method !== 'GET') throw new Problem('not_logged_in', strings.errors.login);
      const { search } = new URL(url);
      return context.redirect(`/login?next=${encodeURIComponent(nextPage(`${path}${search}`))}`, 303);
    }
    context.set('session', session);
    // Programs have no forms.
    context.set('formToken', cookie === undefined || programKey !== undefined ? '' : formTokenOf(cookie));
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
    // Such as that it is too large.
    if (error instanceof Problem) throw error;
    throw new Problem('bad_form', 'What was sent is not a form.', { cause: error });
  }
}

/** The fields of a form of ours. @throws Problem `cross_site` when it wasn't made for this session; `bad_form` */
export async function formOf(context: WebContext): Promise<Fields> {
  const form = await fieldsOf(context);
  const cookie = sessionCookie.read(context);
  if (cookie !== undefined && isFormToken(form.token ?? '', cookie)) return form;
  throw new Problem('cross_site', 'This form is from another log-in, so nothing was done: load the page again.');
}
