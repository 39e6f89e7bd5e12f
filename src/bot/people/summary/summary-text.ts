/** The text of a summary. Pure. */
import { PARSE_MODES, type ParseMode, SEVERITIES, type Severity } from '../../../core/notification.ts';
import { readMarkup } from '../../../markup/read.ts';
import type { SummaryItem } from './summary-item.ts';
import type { SummaryLine } from './summary-plan.ts';

/** Lines of a summary; the others are counted. */
const MOST_LINES = 40;
/** UTF-16 units of all texts, so that the whole fits one message of 4,096 with its marks. */
const ROOM = 2400;
/** UTF-16 units of a title, and of the shortest useful text. */
const LONGEST_TITLE = 60;
const SHORTEST_TEXT = 40;
/** Lines of a text. */
const TEXT_LINES = 8;

const DAY_MS = 24 * 3_600_000;

const MARKS: Readonly<Record<Severity, string>> = { info: 'ℹ️', low: '🔵', medium: '🟡', high: '🟠', critical: '🔴' };

/** A summary's title and body, in Telegram's HTML. */
export interface SummaryText {
  readonly title: string;
  readonly text: string;
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text
        .slice(0, most - 1)
        .toWellFormed()
        .replace(/\uFFFD$/, '')}…`;
}

const isSeverity = (word: string | undefined): word is Severity => (SEVERITIES as readonly unknown[]).includes(word);
const isMode = (word: string | undefined): word is ParseMode => (PARSE_MODES as readonly unknown[]).includes(word);

/** The text of an item, without formatting. */
const plain = ({ text, parseMode }: SummaryItem): string =>
  readMarkup(text, isMode(parseMode) ? parseMode : 'Markdown').text;

/** Formats times in the reader's time zone; with the weekday if that is another day. */
function clockOf(zone: string, now: number): (at: number) => string {
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone } as const;
  const hours = new Intl.DateTimeFormat('en-GB', time);
  const days = new Intl.DateTimeFormat('en-GB', { weekday: 'short', timeZone: zone });
  const isToday = (at: number) => now - at < DAY_MS && days.format(at) === days.format(now);
  return (at) => (isToday(at) ? hours.format(at) : `${days.format(at)} ${hours.format(at)}`);
}

/** A line about alerts: `✅ DiskFull, 02:10–02:22, over`. */
function courseLine({ newest: { course } }: SummaryLine, clock: (at: number) => string): string | undefined {
  if (course === undefined) return undefined;
  const { state, since, until } = course;
  const name = `<b>${escaped(cut(course.name, LONGEST_TITLE))}</b>`;
  if (state === 'resolved') return `✅ ${name}, ${clock(since)}${until === undefined ? '' : `–${clock(until)}`}, over`;
  if (state === 'acknowledged') return `👀 ${name}, acknowledged, firing since ${clock(since)}`;
  return `🔥 ${name}, still firing since ${clock(since)}`;
}

function itemLine({ newest, from, count }: SummaryLine, room: number, clock: (at: number) => string): string {
  const { title, severity, at, isWhole } = newest;
  const [head = '', ...more] = plain(newest).split('\n');
  const isTitled = title !== undefined && title.trim() !== '';
  const name = cut((isTitled ? title : head).replace(/\s+/g, ' ').trim() || 'A message', LONGEST_TITLE);
  // A truncated first line is repeated in full below it.
  const rest = isTitled || head.length > LONGEST_TITLE ? [head, ...more] : more;
  const lines = rest.filter((line) => line.trim() !== '').slice(0, TEXT_LINES);
  const text = room < SHORTEST_TEXT ? '' : cut(lines.join('\n'), room);
  const when = count === 1 ? clock(at) : `${clock(from)}–${clock(at)}, ${count} times`;
  const mark = isSeverity(severity) ? `${MARKS[severity]} ` : '';
  const below = isWhole ? ' ⤵' : '';
  return `${when} ${mark}<b>${escaped(name)}</b>${below}${text === '' ? '' : `\n${escaped(text)}`}`;
}

/** The lines to show, in their order; the most urgent ones if there are too many. */
function shownOf(lines: readonly SummaryLine[]): readonly SummaryLine[] {
  if (lines.length <= MOST_LINES) return lines;
  const rank = ({ newest: { severity, course } }: SummaryLine) =>
    course !== undefined && course.state !== 'resolved'
      ? SEVERITIES.length
      : SEVERITIES.indexOf(isSeverity(severity) ? severity : 'medium');
  const kept = new Set([...lines].sort((a, b) => rank(b) - rank(a) || b.newest.at - a.newest.at).slice(0, MOST_LINES));
  return lines.filter((line) => kept.has(line));
}

/**
 * Writes a summary.
 *
 * @param lines in the order of the summary
 * @param options.isDigest everything in it was gathered by a digest
 * @param options.zone the reader's time zone
 * @param options.now ms since 1970
 */
export function summaryText(
  lines: readonly SummaryLine[],
  options: { readonly isDigest: boolean; readonly zone: string; readonly now: number },
): SummaryText {
  const clock = clockOf(options.zone, options.now);
  const shown = shownOf(lines);
  const room = Math.floor(ROOM / Math.max(1, shown.length)) - LONGEST_TITLE;
  const count = lines.reduce((sum, line) => sum + line.count, 0);
  const messages = count === 1 ? '1 message' : `${count} messages`;
  const words = shown.map((line) => courseLine(line, clock) ?? itemLine(line, room, clock));
  const more = lines.length - shown.length;
  const rest = more === 0 ? [] : [`And ${more} more, which the list of your messages names.`];
  return {
    title: options.isDigest ? `📥 Digest: ${messages}` : `🌙 While it was quiet: ${messages}`,
    text: [...words, ...rest].join('\n'),
  };
}
