import type { Caller } from '../../shared/notification.ts';
import type { Accounts } from './accounts.ts';
import type { Answer } from './answer.ts';
import type { EventStreams } from './event-streams.ts';
import type { Exchange } from './exchange.ts';
import type { Services } from './services.ts';

/** What an endpoint is given. */
export interface Context {
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
export type Endpoint = (context: Context) => Promise<Answer>;
