import { alertBody } from '../../../../shared/api/alerts/requests.ts';
import { changeAlert } from './change-alert.ts';

/** Takes an acknowledgement back. */
export const unacknowledgeAlert = changeAlert(
  'unack',
  alertBody,
  { mayBeEmpty: true },
  ({ services, viewer, id, by }) => services.unacknowledge(viewer, id, by),
);
