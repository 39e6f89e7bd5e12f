import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Session } from './sessions/session.ts';

/** What a request carries through Hono. */
export interface WebEnv {
  Bindings: HttpBindings;
  Variables: {
    /** Who is logged in; set behind the login only. */
    session: Session;
    /** The session's proof that a form came from a page of ours. */
    formToken: string;
  };
}

export type WebContext = Context<WebEnv>;
