import type { Endpoint } from '../../endpoint.ts';

/** Whether the service works: 200, or 503 with its reasons. */
export const health: Endpoint = {
  method: 'GET',
  path: '/health',
  codes: ['degraded'],
  isMonitoring: true,
  async handle({ services }) {
    const { reasons, details } = await services.health();
    if (reasons.length === 0) return { status: 200, body: { ...details, status: 'ok', ok: true } };
    const error = reasons.join(' ');
    return { status: 503, body: { ...details, status: 'degraded', reasons, error, code: 'degraded' } };
  },
};
