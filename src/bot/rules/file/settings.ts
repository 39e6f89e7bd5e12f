import type { RouteSettings } from '../../../core/alerts/route-decision.ts';
import { SEVERITIES } from '../../../core/notification.ts';
import { parseCron, splitZone } from '../../../shared/time/cron.ts';
import { compileTemplate } from '../templates/liquid.ts';
import { duration, listOf, oneOf, orRefuse, type Read, type Shaped, text, whole } from './readers.ts';
import type { References } from './references.ts';

const DAY_MS = 86_400_000;
/** Destinations of one route; as many as a notification may name. */
export const MOST_ADDRESSES = 50;
const MOST_LABELS = 20;
const MOST_TIMES = 20;
/** Tries of a delivery beyond which nobody waits for it. */
const MOST_TRIES = 1000;

/** A cron schedule, with its zone behind it. @param zone where it names none */
export const schedule =
  (zone: string): Read<string> =>
  (value, reader) => {
    const given = text(200)(value, reader);
    if (given === undefined) return undefined;
    return orRefuse(value, reader, () => {
      const read = splitZone(given, zone);
      const next = parseCron(read.schedule, read.zone, value.key).next(Date.UTC(2024, 0, 1));
      return next === undefined
        ? reader.refuse(value, `${JSON.stringify(given)} never comes.`)
        : `${read.schedule} ${read.zone}`;
    });
  };

/** Liquid that makes an address. */
const link: Read<string> = (value, reader) => {
  const source = text()(value, reader);
  if (source === undefined) return undefined;
  return orRefuse(value, reader, () => compileTemplate(source)) && source;
};

/** The keys of `defaults`, of a route, and of an entry of `alerts`. @param zone of schedules that name none */
export const settingKeys = ({ named, address }: References, zone: string) => ({
  to: listOf(address, MOST_ADDRESSES),
  template: named('template'),
  group_by: listOf(text(128), MOST_LABELS),
  group_wait: duration(DAY_MS, '1d'),
  group_interval: duration(7 * DAY_MS, '7d'),
  repeat_interval: duration(31 * DAY_MS, '31d'),
  ack_timeout: duration(31 * DAY_MS, '31d'),
  resolve_timeout: duration(31 * DAY_MS, '31d'),
  notify: oneOf(['new', 'all', 'none']),
  transient: oneOf(['tell', 'drop']),
  priority: oneOf(SEVERITIES),
  retry_attempts: whole(0, MOST_TRIES),
  escalation: named('escalation'),
  schedule: schedule(zone),
  active: listOf(named('time'), MOST_TIMES),
  muted: listOf(named('time'), MOST_TIMES),
  link,
});

/** The settings of a map that was read. */
export function settingsOf(read: Shaped<ReturnType<typeof settingKeys>>): Partial<RouteSettings> {
  const { to, template, group_by, group_wait, group_interval, repeat_interval, ack_timeout, resolve_timeout } = read;
  const {
    notify,
    transient,
    priority,
    retry_attempts,
    escalation,
    schedule: cron,
    active,
    muted,
    link: address,
  } = read;
  const all: { readonly [K in keyof RouteSettings]: RouteSettings[K] | undefined } = {
    to,
    template,
    groupBy: group_by,
    groupWaitMs: group_wait,
    groupIntervalMs: group_interval,
    repeatIntervalMs: repeat_interval,
    ackTimeoutMs: ack_timeout,
    resolveTimeoutMs: resolve_timeout,
    notify,
    transient,
    priority,
    retryAttempts: retry_attempts,
    escalation,
    schedule: cron,
    active,
    muted,
    link: address,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
