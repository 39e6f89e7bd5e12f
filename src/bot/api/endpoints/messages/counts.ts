import type { CountRecord } from '../../../../core/views/message.ts';
import type { CountsAnswer, DayCount } from '../../../../shared/api/answers.ts';
import { MAX_DAYS } from '../../../../shared/api/limits.ts';
import { numberIn, queryWhose } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { success } from '../../http/answer.ts';

const dayCountOf = ({ deliveryMs, ...same }: CountRecord): DayCount => ({ ...same, delivery_ms: deliveryMs });

/** How many messages ended how, by day and source. */
export const counts: Endpoint = {
  method: 'GET',
  path: '/counts',
  codes: ['bad_field', 'not_yours', 'not_trusted'],
  async handle(context) {
    const days = numberIn(context.query, 'days', { most: MAX_DAYS, usual: MAX_DAYS });
    const counted = await context.services.counts(await queryWhose(context), days);
    return success<CountsAnswer>({ ok: true, days: counted.map(dayCountOf) });
  },
};
