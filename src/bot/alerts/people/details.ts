/** All fields of some alerts, as a message. */
import { type Alert, stateOf } from '../../../core/alerts/alert.ts';
import { joined, plainText } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { cleanText } from '../../../markup/hygiene.ts';
import { writeHtml } from '../../../markup/telegram/write-html.ts';
import { shortDuration } from '../../../shared/text/duration.ts';

/** Maximum number of alerts shown. */
const MOST_ALERTS = 10;
/** UTF-16 units of all of them, so that it stays one message. */
const MOST_UNITS = 3500;
/** UTF-16 units of one value. */
const VALUE_UNITS = 300;

const cut = (text: string) =>
  (text.length > VALUE_UNITS ? `${text.slice(0, VALUE_UNITS - 1).toWellFormed()}…` : text).replace(/\s+/g, ' ');

function bold(text: string): FormattedText {
  return { text, entities: [{ type: 'bold', offset: 0, length: text.length }] };
}

function block(
  { fingerprint, labels, annotations, startsAt, source, owner, ...alert }: Alert,
  now: number,
): FormattedText {
  const fields = [
    ['fingerprint', fingerprint],
    ['state', stateOf(alert, now)],
    ['fires for', shortDuration(Math.max(0, now - startsAt))],
    ['from', `${source} of ${owner.user}`],
    ...Object.entries(labels),
    ...Object.entries(annotations),
  ] as const;
  const lines = fields.map(([name, value]) => `${cleanText(name)}: ${cleanText(cut(value))}`).join('\n');
  return joined([bold(cleanText(labels.alertname ?? labels.alert ?? 'Alert')), plainText(`\n${lines}\n\n`)]);
}

/** Telegram's HTML. @param now ms since 1970 */
export function detailsOf(alerts: readonly Alert[], now: number): string {
  const shown: FormattedText[] = [];
  let units = 0;
  for (const alert of alerts.slice(0, MOST_ALERTS)) {
    const next = block(alert, now);
    if (shown.length > 0 && units + next.text.length > MOST_UNITS) break;
    shown.push(next);
    units += next.text.length;
  }
  const more = alerts.length - shown.length;
  if (more > 0) shown.push(plainText(`… and ${more} more: notify-runner alerts lists them.`));
  return writeHtml(shown.length === 0 ? plainText('Nothing fires here.') : joined(shown));
}
