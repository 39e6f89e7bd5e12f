import type { Endpoint } from './endpoint.ts';
import { failed } from './endpoints/admin/failed.ts';
import { queue } from './endpoints/admin/queue.ts';
import { retry } from './endpoints/admin/retry.ts';
import { users } from './endpoints/admin/users.ts';
import { acknowledgeAlert } from './endpoints/alerts/ack.ts';
import { commentAlert } from './endpoints/alerts/comment.ts';
import { alerts } from './endpoints/alerts/list.ts';
import { postAlerts } from './endpoints/alerts/post.ts';
import { resolveAlert } from './endpoints/alerts/resolve.ts';
import { alert } from './endpoints/alerts/show.ts';
import { silenceAlert } from './endpoints/alerts/silence.ts';
import { unacknowledgeAlert } from './endpoints/alerts/unack.ts';
import { addDestination } from './endpoints/destinations/add.ts';
import { destinations } from './endpoints/destinations/list.ts';
import { removeDestination } from './endpoints/destinations/remove.ts';
import { destinationSenders } from './endpoints/destinations/senders.ts';
import { link } from './endpoints/links/link.ts';
import { status } from './endpoints/links/status.ts';
import { unlink } from './endpoints/links/unlink.ts';
import { counts } from './endpoints/messages/counts.ts';
import { events } from './endpoints/messages/events.ts';
import { messages } from './endpoints/messages/messages.ts';
import { picture } from './endpoints/messages/picture.ts';
import { withdraw } from './endpoints/messages/withdraw.ts';
import { health } from './endpoints/monitoring/health.ts';
import { metrics } from './endpoints/monitoring/metrics.ts';
import { changeSettings, settings } from './endpoints/people/settings.ts';
import { ask } from './endpoints/questions/ask.ts';
import { cancelQuestion, question } from './endpoints/questions/question.ts';
import { rotations } from './endpoints/rotations/list.ts';
import { clearOverrides, overrideRotation } from './endpoints/rotations/override.ts';
import { showRules } from './endpoints/rules/show.ts';
import { beat, beats } from './endpoints/scripts/beat.ts';
import { scriptLog } from './endpoints/scripts/log.ts';
import { mute } from './endpoints/scripts/mute.ts';
import { runScript } from './endpoints/scripts/run.ts';
import { scripts } from './endpoints/scripts/scripts.ts';
import { unmute } from './endpoints/scripts/unmute.ts';
import { send } from './endpoints/sending/send.ts';
import { sendDocument } from './endpoints/sending/send-document.ts';
import { sendPhoto } from './endpoints/sending/send-photo.ts';
import { sendTest } from './endpoints/sending/test.ts';

/** Every endpoint of the API. */
export const ENDPOINTS: readonly Endpoint[] = [
  send,
  sendPhoto,
  sendDocument,
  link,
  unlink,
  status,
  destinations,
  addDestination,
  removeDestination,
  destinationSenders,
  postAlerts,
  alerts,
  alert,
  acknowledgeAlert,
  unacknowledgeAlert,
  resolveAlert,
  silenceAlert,
  commentAlert,
  rotations,
  overrideRotation,
  clearOverrides,
  showRules,
  messages,
  withdraw,
  sendTest,
  picture,
  counts,
  events,
  ask,
  question,
  cancelQuestion,
  scripts,
  runScript,
  scriptLog,
  mute,
  unmute,
  beat,
  beats,
  settings,
  changeSettings,
  users,
  queue,
  failed,
  retry,
  health,
  metrics,
];
