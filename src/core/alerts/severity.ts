import { SEVERITIES, type Severity } from '../notification.ts';
import type { Labels } from './alert.ts';

/** What rules of Prometheus and other sources write into the label `severity` beside our own words. */
const WORDS: ReadonlyMap<string, Severity> = new Map<string, Severity>([
  ...SEVERITIES.map((severity) => [severity, severity] as const),
  ['none', 'info'],
  ['ok', 'info'],
  ['notice', 'info'],
  ['informational', 'info'],
  ['minor', 'low'],
  ['warn', 'medium'],
  ['warning', 'medium'],
  ['average', 'medium'],
  ['moderate', 'medium'],
  ['error', 'high'],
  ['major', 'high'],
  ['page', 'critical'],
  ['fatal', 'critical'],
  ['emergency', 'critical'],
  ['disaster', 'critical'],
]);

/** The severity that labels name; `undefined` for none, and for a word that is not known. */
export const severityIn = (labels: Labels): Severity | undefined => WORDS.get((labels.severity ?? '').toLowerCase());

/** The most urgent severity of some; `undefined` where none is known. */
export function mostUrgent(all: Iterable<Severity | undefined>): Severity | undefined {
  let most = -1;
  for (const one of all) if (one !== undefined) most = Math.max(most, SEVERITIES.indexOf(one));
  return SEVERITIES[most];
}
