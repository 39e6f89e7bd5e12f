/** The message that lists the open alerts that were sent to a chat, and its buttons. Pure. */
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { AlertView } from '../../../../core/alerts/alert.ts';
import { shortDuration } from '../../../../shared/text/duration.ts';
import type { AlertAction, ChatGroup } from '../../../alerts/people/alert-chat.ts';
import { oneLine } from '../../format.ts';
import type { Piece } from '../../reply.ts';

/** Groups that are listed, alerts of each, and UTF-16 units of a name and of labels: together they fit one message. */
const MOST_GROUPS = 8;
const MOST_ALERTS = 3;
const SHOWN = 32;
const SHOWN_LABELS = 48;
/** Alerts are shown to fire for a second at least, ms. */
const SECOND_MS = 1000;

/** The data of a button begins with this: `ac:ack:GROUP`. It stands in the message of no group, so it is not `al`. */
const PREFIX = 'ac:';

/** What the data of a button says behind the prefix; `undefined` where the button is another one's. */
export const pressedInList = (data: string): { readonly data: string; readonly group: string } | undefined => {
  const [, rest, group] = /^ac:([a-z0-9]{3}:([a-z0-9]{1,16}))$/.exec(data) ?? [];
  return rest === undefined || group === undefined ? undefined : { data: rest, group };
};

/** The words of a state. @param now milliseconds since the epoch */
function stateText({ state, startsAt, acknowledgement, silence, isFlapping }: AlertView, now: number): string {
  const lasts = shortDuration(Math.max(SECOND_MS, now - startsAt));
  const flaps = isFlapping ? ', flapping' : '';
  if (state === 'acknowledged' && acknowledgement !== undefined) {
    return `acknowledged by ${oneLine(acknowledgement.by, SHOWN)}, for ${shortDuration(Math.max(SECOND_MS, acknowledgement.until - now))}${flaps}`;
  }
  if (state === 'silenced' && silence !== undefined) {
    return `silenced by ${oneLine(silence.by, SHOWN)}, for ${shortDuration(Math.max(SECOND_MS, silence.until - now))}${flaps}`;
  }
  return `${state} for ${lasts}${flaps}`;
}

const MARKS = { firing: '🔥', acknowledged: '✅', silenced: '🔕', resolved: '☑' } as const;

function alertPieces(alert: AlertView, now: number): readonly Piece[] {
  const { alertname, ...others } = alert.labels;
  const labels = Object.entries(others)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
  const name = oneLine(alertname ?? alert.fingerprint, SHOWN);
  const shown = labels === '' ? '' : ` ${oneLine(labels, SHOWN_LABELS)}`;
  return [`${MARKS[alert.state]} `, { bold: name }, `${shown}: ${stateText(alert, now)}\n`];
}

function groupPieces({ alerts }: ChatGroup, number: number, now: number): readonly Piece[] {
  const more = alerts.length - MOST_ALERTS;
  return [
    `${number}. `,
    ...alerts.slice(0, MOST_ALERTS).flatMap((alert) => alertPieces(alert, now)),
    ...(more > 0 ? [`and ${more} more\n`] : []),
  ];
}

/** What the message says. @param now milliseconds since the epoch */
export function alertsPieces(groups: readonly ChatGroup[], now: number): readonly Piece[] {
  if (groups.length === 0) return ['No alert that was sent to this chat is open.'];
  const more = groups.length - MOST_GROUPS;
  return [
    ...groups.slice(0, MOST_GROUPS).flatMap((group, index) => groupPieces(group, index + 1, now)),
    ...(more > 0 ? [`\n${more} more groups of alerts are open; notify-runner alerts lists them.`] : []),
  ];
}

/** The buttons of a group: a row, with its number where there are several. */
function rowOf({ group, alerts }: ChatGroup, number: string): readonly InlineKeyboardButton[] {
  const button = (text: string, action: AlertAction) => ({
    text: `${text}${number}`,
    callback_data: `${PREFIX}${action}:${group}`,
  });
  const isFiring = alerts.some(({ state }) => state === 'firing');
  return [
    isFiring ? button('✅ Acknowledge', 'ack') : button('↩ Fire again', 'una'),
    button('🔕 1 h', 's1h'),
    button('ℹ Details', 'det'),
  ];
}

/** The buttons under the message; of a group without a known message there are none. */
export function alertsKeyboard(groups: readonly ChatGroup[]): InlineKeyboardMarkup {
  const shown = groups.slice(0, MOST_GROUPS);
  const rows = shown.flatMap((group, index) =>
    group.messageId === undefined ? [] : [[...rowOf(group, shown.length === 1 ? '' : ` ${index + 1}`)]],
  );
  return { inline_keyboard: rows };
}
