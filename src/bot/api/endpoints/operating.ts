import { Problem } from '../../../shared/problem.ts';
import { retryBody } from '../bodies/retry.ts';
import type { Endpoint } from '../endpoint.ts';
import { validate } from '../fields.ts';
import { readJson } from '../json-body.ts';

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

/** `POST /retry`, for the sysadmin: sends a failed delivery again. */
export const retry: Endpoint = async ({ caller, exchange, services }) => {
  if (!caller.trusted) {
    throw new Problem('not_trusted', `${caller.name} may not retry deliveries; only root and trusted users may.`);
  }
  const { delivery } = validate(retryBody, await readJson(exchange));
  await services.retry(delivery);
  return { status: 200, body: { ok: true } };
};
