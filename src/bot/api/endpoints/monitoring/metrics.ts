import type { Endpoint } from '../../endpoint.ts';

/** Metrics as Prometheus text. */
export const metrics: Endpoint = {
  method: 'GET',
  path: '/metrics',
  codes: [],
  isMonitoring: true,
  async handle({ services }) {
    const { contentType, text } = await services.metrics();
    return { status: 200, body: text, headers: { 'content-type': contentType } };
  },
};
