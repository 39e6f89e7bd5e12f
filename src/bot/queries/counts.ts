import type { OwnerScope } from '../../core/scope.ts';
import type { CountRecord } from '../../core/views/message.ts';
import type { History } from '../../storage/ports.ts';

const DAY_MS = 24 * 3_600_000;

/**
 * Counts messages by outcome, day (UTC) and source, oldest day first.
 *
 * @param days today and those before it @param now ms
 */
export async function countMessages(
  history: Pick<History, 'counts'>,
  scope: OwnerScope,
  days: number,
  now: number,
): Promise<readonly CountRecord[]> {
  const counted = await history.counts(scope, now - (days - 1) * DAY_MS);
  return counted.flatMap(({ day, sums }) =>
    sums.map(({ source, sent, muted, failed, times }) => {
      const [p50, p95] = [times.quantile(0.5), times.quantile(0.95)];
      const took = p50 === undefined || p95 === undefined ? null : { p50, p95 };
      return { day, source, sent, muted, failed, deliveryMs: took };
    }),
  );
}
