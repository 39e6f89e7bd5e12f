import findMyWay from 'find-my-way';
import { Problem } from '../../core/problem.ts';
import type { Endpoint } from './endpoint.ts';
import { events } from './endpoints/events.ts';
import { link, unlink } from './endpoints/links.ts';
import { failed, health, metrics, queue, retry, users } from './endpoints/operating.ts';
import { picture } from './endpoints/pictures.ts';
import { counts, messages, status } from './endpoints/reading.ts';
import { mute, runScript, scriptLog, scripts, unmute } from './endpoints/scripts.ts';
import { send, sendDocument, sendPhoto, sendTest } from './endpoints/send.ts';

export interface Route {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly endpoint: Endpoint;
  /** Monitoring asks often and costs little, so it isn't counted against the caller's rate. */
  readonly free?: true;
}

/** Everything the API answers to; `docs/openapi.yaml` describes the same. */
export const ROUTES: readonly Route[] = [
  { method: 'POST', path: '/send', endpoint: send },
  { method: 'POST', path: '/send_photo', endpoint: sendPhoto },
  { method: 'POST', path: '/send_document', endpoint: sendDocument },
  { method: 'POST', path: '/link', endpoint: link },
  { method: 'POST', path: '/unlink', endpoint: unlink },
  { method: 'GET', path: '/status', endpoint: status },
  { method: 'GET', path: '/messages', endpoint: messages },
  { method: 'POST', path: '/test', endpoint: sendTest },
  { method: 'GET', path: '/messages/:id/pictures/:n', endpoint: picture },
  { method: 'GET', path: '/counts', endpoint: counts },
  { method: 'GET', path: '/events', endpoint: events },
  { method: 'GET', path: '/scripts', endpoint: scripts },
  { method: 'POST', path: '/scripts/run', endpoint: runScript },
  { method: 'GET', path: '/scripts/log', endpoint: scriptLog },
  { method: 'POST', path: '/mute', endpoint: mute },
  { method: 'POST', path: '/unmute', endpoint: unmute },
  { method: 'GET', path: '/users', endpoint: users },
  { method: 'GET', path: '/queue', endpoint: queue },
  { method: 'GET', path: '/failed', endpoint: failed },
  { method: 'POST', path: '/retry', endpoint: retry },
  { method: 'GET', path: '/health', endpoint: health, free: true },
  { method: 'GET', path: '/metrics', endpoint: metrics, free: true },
];

/** A path that exists, asked with a method that doesn't. */
export class WrongMethod extends Problem {
  /** For the `Allow` header. */
  readonly allowed: string;

  constructor(path: string, found: string, allowed: string) {
    super('wrong_method', `${path} takes ${allowed}, not ${found}.`);
    this.allowed = allowed;
  }
}

/** A route, and what stood in the places of its path. */
export interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string | undefined>>;
}

/** Finds the route for a request. It throws WrongMethod, or Problem `not_found`, which names the paths there are. */
export type EndpointRouter = (method: string, path: string) => Match;

/** Characters of a place in a path: the longest id, every letter of it encoded. */
const MAX_PARAM = 64 * 12;
const METHODS = ['GET', 'POST'] as const;

export function createEndpointRouter(): EndpointRouter {
  const router = findMyWay({ maxParamLength: MAX_PARAM });
  for (const route of ROUTES) router.on(route.method, route.path, () => {}, route);
  const all = ROUTES.map(({ method, path }) => `${method} ${path}`).join(', ');

  return (method, path) => {
    const known = METHODS.find((one) => one === method);
    const found = known === undefined ? null : router.find(known, path);
    if (found?.store) return { route: found.store, params: found.params };
    const allowed = METHODS.filter((one) => router.find(one, path)?.store);
    if (allowed.length > 0) throw new WrongMethod(path.slice(0, 100), method, allowed.join(', '));
    throw new Problem('not_found', `There is no ${JSON.stringify(path.slice(0, 100))} here, only ${all}.`);
  };
}
