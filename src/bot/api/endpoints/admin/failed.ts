import { DEFAULT_DELIVERIES, MAX_DELIVERIES } from '../../../../shared/api/limits.ts';
import { numberIn } from '../../body/query.ts';
import { requireTrusted } from '../../callers/require-trusted.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

/** Deliveries that were given up in the last seven days, oldest first. */
export const failed: Endpoint = {
  method: 'GET',
  path: '/failed',
  codes: ['bad_field', 'not_trusted', 'storage'],
  async handle({ caller, query, services }) {
    requireTrusted(caller, 'see everybody’s messages');
    const limit = numberIn(query, 'limit', { most: MAX_DELIVERIES, usual: DEFAULT_DELIVERIES });
    const { records, total } = await services.failed(limit);
    return success({ ok: true, failed: records, total });
  },
};
