/** A group's message for one of its places, in its present state. */
import { type Alert, isResolved, stateOf } from '../../../core/alerts/alert.ts';
import { courseData } from '../../../core/alerts/course.ts';
import type { AlertGroup, GroupPlace, PendingMessage, PendingMessages } from '../../../core/alerts/group.ts';
import { mostUrgent, severityIn } from '../../../core/alerts/severity.ts';
import type { Buttons } from '../../../core/buttons.ts';
import type { Notification, Severity } from '../../../core/notification.ts';
import { joined, plainText, withoutBlankEnds } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { writeHtml } from '../../../markup/telegram/write-html.ts';
import type { Rules, TemplateAlert } from '../../rules/rules.ts';
import { MAX_ENTITIES, MESSAGE_UNITS, splitFormatted } from '../../telegram/render/split.ts';
import { alertPress } from '../people/alert-chat.ts';
import type { AlertStore, GroupEntry } from '../store/alert-store.ts';
import { courseOf } from './course.ts';
import { statusLines } from './lines.ts';

/** Alerts of a group that a template receives, besides their total number. */
const MOST_SHOWN = 50;
/** Entities that the lines below the text may have. */
const LINE_ENTITIES = 4;

/** The source of these notifications, in the history. */
export const ALERTS_SOURCE = 'alerts';

/** The key by which a message of a group replaces the previous one. */
export const keyOf = (group: string): string => `alert/${group}`;

/** Dependencies of a message. */
export interface MessageParts {
  readonly store: Pick<AlertStore, 'alert'>;
  readonly rules: () => Rules;
}

const templateAlert = (alert: Alert, now: number): TemplateAlert => ({
  labels: alert.labels,
  annotations: alert.annotations,
  status: isResolved(alert, now) ? 'resolved' : 'firing',
  startsAt: alert.startsAt,
  ...(alert.endsAt !== undefined && isResolved(alert, now) && { endsAt: alert.endsAt }),
  ...(alert.generatorUrl !== undefined && { generatorUrl: alert.generatorUrl }),
  ...(stateOf(alert, now) === 'acknowledged' && { acknowledgedBy: alert.acknowledgement?.by ?? '' }),
});

/** Firing alerts first, the newest of them in front. */
const byUrgency = (now: number) => (one: Alert, other: Alert) =>
  Number(stateOf(one, now) !== 'firing') - Number(stateOf(other, now) !== 'firing') || other.startsAt - one.startsAt;

function buttonsOf(id: string, status: 'firing' | 'acknowledged' | 'resolved'): Buttons {
  if (status === 'resolved') return [];
  const details = { text: 'Details', press: alertPress('det', id) };
  const take =
    status === 'firing'
      ? { text: '✅ Acknowledge', press: alertPress('ack', id), style: 'primary' as const }
      : { text: '↩️ Unacknowledge', press: alertPress('una', id) };
  return [
    [take, details],
    [
      { text: '🔕 1 h', press: alertPress('s1h', id) },
      { text: '🔕 4 h', press: alertPress('s4h', id) },
      { text: '🔕 1 d', press: alertPress('s1d', id) },
    ],
  ];
}

/** The text of a template and the lines below it, as one message. */
function asOneMessage(text: FormattedText, lines: FormattedText): FormattedText {
  const room = MESSAGE_UNITS - lines.text.length - 2;
  const [cut = plainText('')] = splitFormatted(withoutBlankEnds(text), room, MAX_ENTITIES - LINE_ENTITIES, 1);
  return withoutBlankEnds(joined([cut, plainText('\n\n'), lines]));
}

/** Exempt from being held back: urgent messages, escalation steps, and edits of a present message. */
function passesOf(severity: Severity | undefined, { telling }: PendingMessage, { messages }: GroupPlace) {
  const isShown = telling === 'edit' && messages.length > 0;
  const mute = severity === 'critical' || telling === 'edit';
  const quiet = severity === 'critical' || telling === 'step' || isShown;
  return { ...(mute && { mute: true as const }), ...(quiet && { quiet: true as const }) };
}

/** The open alerts that a group has sent, the most urgent first. */
export function openAlerts(store: Pick<AlertStore, 'alert'>, { group, told }: GroupEntry, now: number): Alert[] {
  const found = [...told].flatMap((fingerprint) => store.alert(group.owner.uid, fingerprint) ?? []);
  return found.filter((alert) => !isResolved(alert, now)).sort(byUrgency(now));
}

/** The message's text and severity at the time of the call. @param pending its content besides the state of the alerts */
async function contentOf(
  { store, rules }: MessageParts,
  entry: GroupEntry,
  pending: PendingMessages,
  isStep: boolean,
  now: number,
) {
  const { group } = entry;
  const { decision, owner } = group;
  const alerts = openAlerts(store, entry, now);
  const over = pending.over.flatMap((fingerprint) => store.alert(owner.uid, fingerprint) ?? []);
  const shown = [...alerts, ...over].slice(0, MOST_SHOWN);
  const isFiring = alerts.some((alert) => stateOf(alert, now) === 'firing');
  const status = alerts.length === 0 ? 'resolved' : isFiring ? 'firing' : 'acknowledged';
  const [acknowledgement] = alerts.flatMap((one) => one.acknowledgement ?? []);
  const severity = decision.priority ?? mostUrgent((alerts.length > 0 ? alerts : over).map(severityIn));
  const lines = statusLines({
    ...{ alerts, overCount: pending.overCount, isStep, now },
    ...(over.length > 0 && { overSince: Math.min(...over.map(({ startsAt }) => startsAt)) }),
    ...(group.escalation !== undefined && { startedAt: group.escalation.startedAt }),
    ...(pending.expired !== undefined && { expired: pending.expired }),
  });
  const course = courseOf(alerts, over, status);
  const text = await rules().render(decision.template, {
    status,
    alerts: shown.map((alert) => templateAlert(alert, now)),
    total: alerts.length + pending.overCount,
    groupLabels: group.labels,
    ...(decision.priority !== undefined && { priority: decision.priority }),
    ...(decision.link !== undefined && { link: decision.link }),
    ...(status === 'acknowledged' && acknowledgement !== undefined && { acknowledgedBy: acknowledgement.by }),
  });
  return { body: asOneMessage(text, lines), status, severity, course } as const;
}

/** The reference that a delivery keeps of a message: group, version, place, and how it is sent. */
export const refOf = ({ id, version }: AlertGroup, { place, telling }: PendingMessage): string =>
  `${id}/${version}/${place}/${telling}`;

/** A parsed ref. */
export interface Ref {
  readonly group: string;
  readonly version: number;
  readonly place: number;
  readonly telling: string;
}

/** Parses a ref; `undefined` for anything else. */
export function readRef(ref: string): Ref | undefined {
  const [, group = '', version, place, telling] =
    /^([a-z0-9]{1,16})\/(\d{1,9})\/(\d{1,4})\/(new|edit|step)$/.exec(ref) ?? [];
  return telling === undefined ? undefined : { group, version: Number(version), place: Number(place), telling };
}

/** Makes the notification. @param now ms since 1970 */
export async function notificationOf(
  parts: MessageParts,
  entry: GroupEntry,
  pending: PendingMessages,
  message: PendingMessage,
  now: number,
): Promise<Notification> {
  const { group } = entry;
  const place = group.places[message.place];
  const { body, status, severity, course } = await contentOf(parts, entry, pending, message.telling === 'step', now);
  const passes = place === undefined ? {} : passesOf(severity, message, place);
  return {
    account: group.owner,
    text: writeHtml(body),
    parseMode: 'HTML',
    ...(severity !== undefined && { severity }),
    source: ALERTS_SOURCE,
    key: keyOf(group.id),
    ...(course !== undefined && { data: courseData(course) }),
    ...(message.telling === 'edit' && { replace: true }),
    buttons: buttonsOf(group.id, status),
    origin: { feature: 'alerts', ref: refOf(group, message) },
    passes,
    ...(group.decision.retryAttempts > 0 && { mostTries: group.decision.retryAttempts }),
    media: [],
  };
}
