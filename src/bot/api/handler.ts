import type { Caller } from '../../core/account.ts';
import { statusOf } from '../../core/codes.ts';
import { Problem, sentenceOf } from '../../core/problem.ts';
import type { PeerCredentials } from '../../shared/host/libc.ts';
import type { Log } from '../../shared/process/log.ts';
import type { Accounts } from './callers/accounts.ts';
import type { AllowanceOf } from './callers/allowance.ts';
import type { Identify } from './callers/callers.ts';
import type { TakeRequest } from './callers/request-rates.ts';
import { type Answer, answerProblem, retryAfter } from './http/answer.ts';
import type { EventStreams } from './http/event-streams.ts';
import { ClientGone, type Exchange } from './http/exchange.ts';
import { TooManyRequests } from './http/too-many-requests.ts';
import { type EndpointRouter, WrongMethod } from './router.ts';
import type { Services } from './services.ts';

/** Answers a request; `undefined` when the client has left. Never rejects. */
export type RequestHandler = (exchange: Exchange, peer: PeerCredentials) => Promise<Answer | undefined>;

/** A request's path and query; clients may also send a whole address. */
function targetOf(url: string): { path: string; query: URLSearchParams } {
  if (url.startsWith('/')) {
    const mark = url.indexOf('?');
    if (mark < 0) return { path: url, query: new URLSearchParams() };
    return { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
  }
  if (!URL.canParse(url)) return { path: url, query: new URLSearchParams() };
  const { pathname, searchParams } = new URL(url);
  return { path: pathname, query: searchParams };
}

/** When to try again where the refusal names no time, ms. */
const SOON_MS = 10_000;

const internal = new Problem('internal', 'Something went wrong in notify-bot; the log of the service says what.');

/**
 * Creates the handler of every request: identify the caller, find the endpoint, apply the rate limit, look whether the
 * caller can send anywhere where the endpoint sends, run the endpoint, and turn a failure into an answer. The caller sees a Problem whose code
 * has a status; every other failure is answered with `internal`, and the log has its details.
 */
export function createHandler(options: {
  readonly services: Services;
  readonly accounts: Accounts;
  readonly streams: EventStreams;
  readonly identify: Identify;
  readonly router: EndpointRouter;
  readonly takeRequest: TakeRequest;
  readonly allowanceOf: AllowanceOf;
  readonly isStopping: () => boolean;
  readonly log: Log;
  readonly now: () => number;
}): RequestHandler {
  const { services, accounts, streams, identify, router, takeRequest, allowanceOf, isStopping, log, now } = options;

  /** Counts a request that is refused before it reaches an endpoint, since it takes as long as others. @throws `error` */
  const refused = (error: unknown, uid: number): never => {
    takeRequest(uid, 'ordinary');
    throw error;
  };

  const find = (method: string, path: string, { uid, trusted }: Caller) => {
    try {
      return router(method, path);
    } catch (error) {
      if (trusted) throw error;
      return refused(error, uid);
    }
  };

  const run = async (exchange: Exchange, peer: PeerCredentials, onCaller: (caller: Caller) => void) => {
    // The first request of a connection that was just accepted is still served: its client cannot know of the stop.
    if (isStopping() && !exchange.first)
      throw new Problem('stopping', 'notify-bot is stopping: try again in a moment.');
    const caller = await identify(peer).catch((error: unknown) => refused(error, peer.uid));
    onCaller(caller);
    const { path, query } = targetOf(exchange.request.url ?? '/');
    const { endpoint, params } = find(exchange.request.method ?? '', path, caller);
    if (!caller.trusted) takeRequest(caller.uid, endpoint.isMonitoring === true ? 'monitoring' : 'ordinary');
    // Before a byte of the body is read, and a file is opened.
    if (endpoint.sends === true && !caller.trusted) await services.requireRoute({ user: caller.name, uid: caller.uid });
    const allowance = allowanceOf(caller);
    return endpoint.handle({ caller, exchange, query, params, services, accounts, streams, allowance });
  };

  const explain = (error: unknown, fields: object): Answer => {
    if (error instanceof WrongMethod) return answerProblem(error, { allow: error.allowed });
    if (error instanceof TooManyRequests) return answerProblem(error, retryAfter(error.milliseconds));
    if (error instanceof Problem && statusOf(error.code) === 429) return answerProblem(error, retryAfter(SOON_MS));
    if (error instanceof Problem && statusOf(error.code) !== undefined) {
      if (error.cause !== undefined) log.warn({ ...fields, cause: sentenceOf(error.cause) }, error.message);
      return answerProblem(error);
    }
    log.error({ ...fields, err: error }, 'A request failed for a reason that was not foreseen.');
    return answerProblem(internal);
  };

  /** An answer whose end is logged where it could not be written for a reason that is not the reader's. */
  const reporting = ({ body, ...head }: Answer, fields: object): Answer => {
    if (typeof body !== 'function') return { ...head, body };
    const watched = async () => {
      try {
        await body();
      } catch (error) {
        log.error({ ...fields, err: error }, 'An answer broke off.');
        throw error;
      }
    };
    return { ...head, body: watched };
  };

  return async (exchange, peer) => {
    const started = now();
    const { method, url = '/' } = exchange.request;
    let fields: object = { method, path: url.split('?', 1)[0]?.slice(0, 200), uid: peer.uid };
    try {
      const answer = await run(exchange, peer, ({ name }) => {
        fields = { ...fields, user: name };
      }).catch((error: unknown) => {
        if (error instanceof ClientGone) return undefined;
        return explain(error, fields);
      });
      const ms = Math.round((now() - started) * 10) / 10;
      if (answer === undefined) log.debug({ ...fields, ms }, 'The client left before its request was complete.');
      else log.debug({ ...fields, status: answer.status, ms }, 'Answered.');
      return answer === undefined ? undefined : reporting(answer, fields);
    } catch (error) {
      log.error({ ...fields, err: error }, 'A request could not be answered.');
      return answerProblem(internal);
    }
  };
}
