import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Session } from './sessions/session.ts';

/** The environment of a request in Hono. */
export interface WebEnv {
  Bindings: HttpBindings;
  Variables: {
    /** The session; set only on routes that require a login. */
    session: Session;
    /** The token that shows that a form came from a page of this session. */
    formToken: string;
  };
}

export type WebContext = Context<WebEnv>;
