/** The lines of a message below its template's text: who acknowledged, what is silenced, how long it lasted. */
import { type Alert, stateOf } from '../../../core/alerts/alert.ts';
import { isFlapping } from '../../../core/alerts/flapping.ts';
import { joined, plainText } from '../../../markup/entities.ts';
import type { FormattedText } from '../../../markup/formatted.ts';
import { cleanLine } from '../../../markup/hygiene.ts';
import { shortDuration } from '../../../shared/text/duration.ts';

/** Number of newest comments that a message shows. */
const MOST_COMMENTS = 3;
/** UTF-16 units of a comment. */
const COMMENT_UNITS = 200;
/** People that a line names. */
const MOST_NAMED = 3;

/** Input of the lines. Times are ms since 1970. */
export interface LineFacts {
  /** Open alerts that were sent. */
  readonly alerts: readonly Alert[];
  /** How many are resolved, and when the last of these began and ended. */
  readonly overCount: number;
  readonly overSince?: number;
  /** The message is a step of an escalation. */
  readonly isStep: boolean;
  /** The time since which no one has acknowledged. */
  readonly startedAt?: number;
  /** Whose acknowledgement expired. */
  readonly expired?: string;
  readonly now: number;
}

const line = (text: string): FormattedText => plainText(`${text}\n`);

/** A time that each reader sees in their own zone. https://core.telegram.org/bots/api#date-time-entity-formatting */
function untilLine(before: string, at: number): FormattedText {
  const shown = `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const time = { type: 'date_time', offset: 0, length: shown.length, unix_time: Math.floor(at / 1000) } as const;
  return joined([
    plainText(`${before} until `),
    { text: shown, entities: [{ ...time, date_time_format: 'dt' }] },
    plainText('\n'),
  ]);
}

const people = (names: readonly string[]) => {
  const all = [...new Set(names.map(cleanLine))];
  const more = all.length - MOST_NAMED;
  return `${all.slice(0, MOST_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const countOf = (some: number, all: number) => (some === all ? '' : `${some} of ${all}: `);

function acknowledgedLine(alerts: readonly Alert[], now: number): readonly FormattedText[] {
  const found = alerts.flatMap((alert) =>
    stateOf(alert, now) === 'acknowledged' ? (alert.acknowledgement ?? []) : [],
  );
  if (found.length === 0) return [];
  const until = Math.min(...found.map((one) => one.until));
  const who = people(found.map(({ by }) => by));
  return [untilLine(`👤 ${countOf(found.length, alerts.length)}Acknowledged by ${who}`, until)];
}

function silencedLine(alerts: readonly Alert[], now: number): readonly FormattedText[] {
  const found = alerts.flatMap(({ silence }) => (silence !== undefined && silence.until > now ? silence : []));
  if (found.length === 0) return [];
  const until = Math.min(...found.map((one) => one.until));
  const who = people(found.map(({ by }) => by));
  return [untilLine(`🔕 ${countOf(found.length, alerts.length)}Silenced by ${who}`, until)];
}

function overLine({ overCount, overSince, alerts, now }: LineFacts): readonly FormattedText[] {
  if (overCount === 0) return [];
  if (alerts.length > 0) return [line(`✅ ${overCount} resolved, ${alerts.length} left`)];
  return [line(`✅ Resolved${overSince === undefined ? '' : ` after ${shortDuration(Math.max(0, now - overSince))}`}`)];
}

function commentLines(alerts: readonly Alert[]): readonly FormattedText[] {
  const all = alerts.flatMap(({ comments = [] }) => comments).sort((a, b) => a.at - b.at);
  const cut = (text: string) => (text.length > COMMENT_UNITS ? `${text.slice(0, COMMENT_UNITS - 1)}…` : text);
  return all
    .slice(-MOST_COMMENTS)
    .map(({ by, text }) => line(`💬 ${cleanLine(by)}: ${cleanLine(cut(text)).toWellFormed()}`));
}

/** The lines, in their order. */
export function statusLines(facts: LineFacts): FormattedText {
  const { alerts, isStep, startedAt, expired, now } = facts;
  const flapping = alerts.filter(({ changes }) => isFlapping(changes, now)).length;
  const waited = startedAt === undefined ? 0 : now - startedAt;
  return joined([
    ...(isStep && waited > 0 ? [line(`⏫ Escalated: nobody has acknowledged for ${shortDuration(waited)}`)] : []),
    ...(expired === undefined ? [] : [line(`⌛ The acknowledgement of ${cleanLine(expired)} has expired`)]),
    ...acknowledgedLine(alerts, now),
    ...silencedLine(alerts, now),
    ...(flapping > 0 ? [line(`〰️ ${countOf(flapping, alerts.length)}Flapping`)] : []),
    ...overLine(facts),
    ...commentLines(alerts),
  ]);
}
