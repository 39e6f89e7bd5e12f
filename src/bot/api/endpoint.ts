import type { Caller } from '../../core/account.ts';
import type { Accounts } from './callers/accounts.ts';
import type { Answer } from './http/answer.ts';
import type { EventStreams } from './http/event-streams.ts';
import type { Exchange } from './http/exchange.ts';
import type { Services } from './services.ts';

/** What an endpoint is given. */
export interface EndpointContext {
  readonly caller: Caller;
  readonly exchange: Exchange;
  readonly query: URLSearchParams;
  /** What stands in the places of the path, decoded. */
  readonly params: Readonly<Record<string, string | undefined>>;
  readonly services: Services;
  readonly accounts: Accounts;
  readonly streams: EventStreams;
}

/** Does what one path is for; a failure is a thrown Problem. */
export type Endpoint = (context: EndpointContext) => Promise<Answer>;
