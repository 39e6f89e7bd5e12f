import { DEFAULT_DELIVERIES, MAX_DELIVERIES } from '../../../../shared/api/limits.ts';
import { numberIn } from '../../body/query.ts';
import { requireTrusted } from '../../callers/require-trusted.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Deliveries that wait, oldest first. */
export const queue: Endpoint = {
  method: 'GET',
  path: '/queue',
  codes: ['bad_field', 'not_trusted'],
  async handle({ caller, query, services }) {
    requireTrusted(caller, 'see everybody’s messages');
    const limit = numberIn(query, 'limit', { most: MAX_DELIVERIES, usual: DEFAULT_DELIVERIES });
    const { records, total } = await services.queue(limit);
    return success({ ok: true, queue: records, total });
  },
};
