import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { Session } from './sessions/session.ts';

/** The environment of a request in Hono. */
export interface WebEnv {
  Bindings: HttpBindings & {
    /** Whether the request came over the proxy's socket, so that its headers say for whom. */
    readonly viaProxy: boolean;
    /** Whom to charge for a failure: a local account, or the client's address or network. */
    readonly source: string;
  };
  Variables: {
    /** The session; set only on routes that require a login. */
    session: Session;
  };
}

export type WebContext = Context<WebEnv>;
