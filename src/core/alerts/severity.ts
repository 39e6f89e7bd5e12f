import { SEVERITIES, type Severity } from '../notification.ts';
import type { Labels, PostedAlert } from './alert.ts';

/** Names of severities in rules of Prometheus and other sources, in addition to our own. */
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

const namedIn = ({ severity = '' }: Labels): Severity | undefined => WORDS.get(severity.toLowerCase());

/**
 * The severity that an alert names: in its labels, as rules of Prometheus do, or in its annotations, as scripts do, since it
 * may change while the alert fires. `undefined` for none, and for a word that is not known.
 */
export const severityIn = ({
  labels,
  annotations,
}: Pick<PostedAlert, 'labels' | 'annotations'>): Severity | undefined => namedIn(labels) ?? namedIn(annotations);

/** The most urgent severity of some; `undefined` where none is known. */
export function mostUrgent(all: Iterable<Severity | undefined>): Severity | undefined {
  let most = -1;
  for (const one of all) if (one !== undefined) most = Math.max(most, SEVERITIES.indexOf(one));
  return SEVERITIES[most];
}
