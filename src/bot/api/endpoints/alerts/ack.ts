import { ackBody } from '../../../../shared/api/alerts/requests.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { changeAlert } from './change-alert.ts';

/** Ends the repeats and the escalation of an alert for a time. */
export const acknowledgeAlert = changeAlert(
  'ack',
  ackBody,
  { mayBeEmpty: true, codes: ['not_firing'] },
  ({ services, viewer, id, by }, { for: lasts, comment }) =>
    services.acknowledge(viewer, id, {
      by,
      ...(lasts !== undefined && { forMs: parseDuration(lasts, 'for') }),
      ...(comment !== undefined && { comment }),
    }),
);
