import { commentBody } from '../../../../shared/api/alerts/requests.ts';
import { changeAlert } from './change-alert.ts';

/** Says something about an alert. */
export const commentAlert = changeAlert('comment', commentBody, {}, ({ services, viewer, id, by }, { text }) =>
  services.comment(viewer, id, { by, text }),
);
