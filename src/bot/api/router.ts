import findMyWay from 'find-my-way';
import { Problem } from '../../core/problem.ts';
import type { Endpoint } from './endpoint.ts';
import { ENDPOINTS } from './endpoints.ts';

/** The path exists and takes another method. */
export class WrongMethod extends Problem {
  /** For the `Allow` header. */
  readonly allowed: string;

  constructor(path: string, found: string, allowed: string) {
    super('wrong_method', `${path} takes ${allowed}, not ${found}.`);
    this.allowed = allowed;
  }
}

/** An endpoint, and the variable parts of its path. */
export interface Match {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string | undefined>>;
}

/** Finds the endpoint of a request. It throws WrongMethod, or Problem `not_found`, which names the paths there are. */
export type EndpointRouter = (method: string, path: string) => Match;

/** Characters of a variable part of a path: the longest id or name with every character encoded. */
const MAX_PARAM = 64 * 12;
const METHODS = ['GET', 'POST', 'DELETE'] as const;

export function createEndpointRouter(): EndpointRouter {
  const router = findMyWay({ maxParamLength: MAX_PARAM });
  for (const endpoint of ENDPOINTS) {
    const { method, path, alias = [] } = endpoint;
    for (const one of [path, ...alias]) router.on(method, one, () => {}, endpoint);
  }
  const all = ENDPOINTS.map(({ method, path }) => `${method} ${path}`).join(', ');

  return (method, path) => {
    const known = METHODS.find((one) => one === method);
    const found = known === undefined ? null : router.find(known, path);
    if (found?.store) return { endpoint: found.store, params: found.params };
    const allowed = METHODS.filter((one) => router.find(one, path)?.store);
    if (allowed.length > 0) throw new WrongMethod(path.slice(0, 100), method, allowed.join(', '));
    throw new Problem('not_found', `There is no ${JSON.stringify(path.slice(0, 100))} here, only ${all}.`);
  };
}
