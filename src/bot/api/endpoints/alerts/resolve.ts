import { alertBody } from '../../../../shared/api/alerts/requests.ts';
import { changeAlert } from './change-alert.ts';

/** Ends an alert. */
export const resolveAlert = changeAlert('resolve', alertBody, { mayBeEmpty: true }, ({ services, viewer, id, by }) =>
  services.resolveAlert(viewer, id, by),
);
