/** The webhook of Uptime Kuma with the content type JSON: a monitor's heartbeat, or a notice without one. */
import * as v from 'valibot';
import { alertOf, type Mapper, momentOf, noticeOf } from './mapped-alert.ts';
import { maybeText, number, object, read } from './payload.ts';

/** `heartbeat.status`: DOWN, UP, PENDING, MAINTENANCE. */
const [DOWN, UP] = [0, 1];
/** A test, or a certificate that expires soon: it repeats itself, and nothing says when it is over. */
const NOTICE_LASTS_MS = 3_600_000;

const webhook = object({
  msg: maybeText,
  heartbeat: v.nullish(object({ status: number, time: maybeText, msg: maybeText })),
  monitor: v.nullish(
    object({
      id: v.nullish(number),
      name: maybeText,
      type: maybeText,
      url: maybeText,
      hostname: maybeText,
    }),
  ),
});

/** The address of a monitor; one without says `https://`. */
const addressOf = (url: string | null | undefined) => (url && /^https?:\/\/./.test(url) ? url : undefined);

/** A monitor that went down or up; a test or another notice becomes an alert that is over after an hour. */
export const mapUptimeKuma: Mapper = (payload, delivery) => {
  const { msg, heartbeat, monitor } = read(webhook, payload);
  if (!heartbeat || !monitor) {
    const labels = { alertname: 'UptimeKuma', notice: msg };
    return { alerts: [noticeOf({ labels, annotations: { summary: msg } }, NOTICE_LASTS_MS, delivery)] };
  }
  if (heartbeat.status !== DOWN && heartbeat.status !== UP) {
    return { ignored: `The heartbeat status ${heartbeat.status} neither fires nor resolves an alert.` };
  }
  const state = heartbeat.status === DOWN ? 'firing' : 'resolved';
  const name = monitor.name || monitor.hostname || 'A monitor without a name';
  const labels = { alertname: 'UptimeKuma', monitor: name, monitor_id: monitor.id, type: monitor.type };
  const annotations = {
    summary: `${name} is ${state === 'firing' ? 'down' : 'up'}`,
    description: heartbeat.msg || msg,
    hostname: monitor.hostname,
  };
  // The time of a heartbeat is in UTC and says so nowhere: 2026-01-31 09:00:00.123
  const at = momentOf(heartbeat.time && `${heartbeat.time.replace(' ', 'T')}Z`);
  return { alerts: [alertOf({ labels, annotations, url: addressOf(monitor.url), state, at }, delivery)] };
};
