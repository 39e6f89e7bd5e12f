import { silenceBody } from '../../../../shared/api/alerts/requests.ts';
import { parseDuration } from '../../../../shared/text/duration.ts';
import { changeAlert } from './change-alert.ts';

/** Sends nothing about an alert for a time. */
export const silenceAlert = changeAlert('silence', silenceBody, {}, ({ services, viewer, id, by }, { for: lasts }) =>
  services.silence(viewer, id, { by, forMs: parseDuration(lasts, 'for') }),
);
