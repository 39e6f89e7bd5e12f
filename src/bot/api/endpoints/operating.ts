import type { Caller } from '../../../core/account.ts';
import { Problem } from '../../../core/problem.ts';
import { retryBody } from '../bodies/retry.ts';
import { validate } from '../body/fields.ts';
import { readJson } from '../body/json-body.ts';
import { numberIn } from '../body/query.ts';
import type { Endpoint } from '../endpoint.ts';
import { DEFAULT_DELIVERIES, MAX_DELIVERIES } from '../limits.ts';

/** `GET /health` */
export const health: Endpoint = async ({ services }) => {
  const { reasons, details } = await services.health();
  if (reasons.length === 0) return { status: 200, body: { ...details, status: 'ok', ok: true } };
  const error = reasons.join(' ');
  return { status: 503, body: { ...details, status: 'degraded', reasons, error, code: 'degraded' } };
};

/** `GET /metrics` */
export const metrics: Endpoint = async ({ services }) => {
  const { contentType, text } = await services.metrics();
  return { status: 200, body: text, headers: { 'content-type': contentType } };
};

function refuseStrangers({ trusted, name }: Caller, what: string): void {
  if (trusted) return;
  throw new Problem('not_trusted', `${name} may not ${what}; only root and trusted users may.`);
}

/** `GET /users`, for the sysadmin: who is linked to which chat. */
export const users: Endpoint = async ({ caller, services }) => {
  refuseStrangers(caller, 'see who is linked');
  const { records } = await services.users();
  return { status: 200, body: { ok: true, users: records } };
};

const deliveries = { most: MAX_DELIVERIES, usual: DEFAULT_DELIVERIES };

/** `GET /queue`, for the sysadmin: what waits. */
export const queue: Endpoint = async ({ caller, query, services }) => {
  refuseStrangers(caller, 'see everybody’s messages');
  const { records, total } = await services.queue(numberIn(query, 'limit', deliveries));
  return { status: 200, body: { ok: true, queue: records, total } };
};

/** `GET /failed`, for the sysadmin: what was given up in the last seven days. */
export const failed: Endpoint = async ({ caller, query, services }) => {
  refuseStrangers(caller, 'see everybody’s messages');
  const { records, total } = await services.failed(numberIn(query, 'limit', deliveries));
  return { status: 200, body: { ok: true, failed: records, total } };
};

/** `POST /retry`, for the sysadmin: sends a failed delivery again. */
export const retry: Endpoint = async ({ caller, exchange, services }) => {
  refuseStrangers(caller, 'retry deliveries');
  const { delivery } = validate(retryBody, await readJson(exchange));
  await services.retry(delivery);
  return { status: 200, body: { ok: true } };
};
