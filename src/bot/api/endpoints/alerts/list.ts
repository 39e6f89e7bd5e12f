import { alertsQuery } from '../../../../shared/api/alerts/requests.ts';
import { DEFAULT_LISTED_ALERTS, MAX_LISTED_ALERTS } from '../../../../shared/api/limits.ts';
import { keysOf, numberIn } from '../../body/query.ts';
import type { Endpoint } from '../../endpoint.ts';
import { streamedAnswer } from '../../http/streamed-answer.ts';
import type { AlertServices } from '../../services/alerts.ts';
import { alertAnswerOf } from './alert-answer.ts';
import { viewerOf } from './named.ts';

/** What it costs to look through tens of thousands of alerts for a page, milliseconds. */
const MS_PER_LIST = 20;

/** The text of an `AlertsAnswer`, an alert at a time. */
async function* textOf({ alerts, total, next }: Awaited<ReturnType<AlertServices['alerts']>>): AsyncGenerator<string> {
  yield '{"ok":true,"alerts":[';
  for (const [index, alert] of alerts.entries()) {
    yield `${index === 0 ? '' : ','}${JSON.stringify(alertAnswerOf(alert))}`;
  }
  yield `],"total":${total},"next":${JSON.stringify(next ?? null)}}\n`;
}

/** A page of the alerts that the caller may see. */
export const alerts: Endpoint = {
  method: 'GET',
  path: '/alerts',
  codes: ['bad_field', 'not_yours', 'unknown_account', 'destinations_unreadable'],
  async handle(context) {
    const { query, services, exchange, allowance } = context;
    const limit = numberIn(query, 'limit', { most: MAX_LISTED_ALERTS, usual: DEFAULT_LISTED_ALERTS });
    const { user, state, before } = keysOf(query, alertsQuery);
    await allowance.pause(MS_PER_LIST);
    const page = await services.alerts(await viewerOf(context, user), {
      limit,
      ...(state !== undefined && { state }),
      ...(before !== undefined && { before }),
    });
    return streamedAnswer(exchange, textOf(page));
  },
};
