/** The alert that a person means on the command line. */
import { Problem } from '../../../../core/problem.ts';
import { alertName, otherLabels } from '../../../../shared/api/alerts/alert-list.ts';
import type { AlertAnswer } from '../../../../shared/api/alerts/answers.ts';
import { didYouMean } from '../../../../shared/text/did-you-mean.ts';
import { cell } from '../../../../shared/text/table.ts';

/** Digits of a fingerprint that name an alert where no other begins with them. */
const LEAST_DIGITS = 4;
/** Alerts that an error names. */
const NAMED = 5;

/** Whether a text is a whole fingerprint. */
export const isFingerprint = (text: string): boolean => /^[0-9a-f]{16}$/i.test(text);

const isPrefix = (text: string, fingerprint: string) =>
  text.length >= LEAST_DIGITS && fingerprint.startsWith(text.toLowerCase());

/** A hint for a name that matches nothing. */
function hintFor(text: string, alerts: readonly AlertAnswer[]): string {
  const meant = didYouMean(text, [...new Set(alerts.map(alertName))]);
  if (meant !== undefined) return `Did you mean ${meant}?`;
  const isShort = text.length < LEAST_DIGITS && /^[0-9a-f]+$/i.test(text);
  return `${isShort ? `A fingerprint needs ${LEAST_DIGITS} digits. ` : ''}notify-runner alerts lists them.`;
}

/**
 * Finds an alert by its name (`alertname`, or the `key` of a script's), or by the first digits of its fingerprint.
 *
 * @param alerts the alerts to search
 * @throws Problem `unknown_alert`; `bad_name` if several match
 */
export function findAlert(alerts: readonly AlertAnswer[], text: string): AlertAnswer {
  const named = alerts.filter(({ labels }) => labels.alertname === text || labels.key === text);
  const found = named.length > 0 ? named : alerts.filter(({ fingerprint }) => isPrefix(text, fingerprint));
  const [only, ...others] = found;
  const quoted = JSON.stringify(cell(text));
  if (only === undefined) {
    throw new Problem('unknown_alert', `No open alert is called ${quoted}. ${hintFor(text, alerts)}`);
  }
  if (others.length === 0) return only;
  const shown = found.slice(0, NAMED).map((alert) => `${alert.fingerprint} (${cell(otherLabels(alert))})`);
  const more = found.length > NAMED ? `, and ${found.length - NAMED} more` : '';
  throw new Problem('bad_name', `${quoted} matches ${found.length} alerts; name one of ${shown.join(', ')}${more}.`);
}
