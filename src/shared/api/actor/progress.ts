/**
 * The progress of a run: its unit, and the newest lines that its script printed. The runner writes one object of JSON a
 * line before its answer, the actor passes it on, and the bot shows it. Nobody trusts the one before: each bounds what it
 * reads, and none of it reaches a log.
 */
import { isJsonObject, jsonObjectIn } from '../../json/json-object.ts';
import { visible } from '../../text/visible.ts';

/** The variable that asks a runner for progress; a runner that does not know it streams none. */
export const PROGRESS_VARIABLE = 'NOTIFY_PROGRESS';

/** How each line of progress begins, and no answer does. */
export const PROGRESS_PREFIX = '{"progress":';
/** Bytes of a line of progress; ten lines of 200 three-byte characters take 6,000. */
export const MAX_PROGRESS_BYTES = 16_384;
/** Lines of a script that are shown. */
export const MOST_PROGRESS_LINES = 10;
/** UTF-16 units of such a line, so that ten fit a message of 4,096. */
export const LONGEST_PROGRESS_LINE = 200;
/** The shortest time between two lines of progress, ms: the runner's, and what the actor lets pass. */
export const PROGRESS_EVERY_MS = 1000;
export const SHORTEST_PROGRESS_MS = 500;

/** What is known of a run under way; each field stands alone. */
export interface RunProgress {
  /** The name of its unit, by which it can be stopped. */
  readonly unit?: string;
  /** The newest lines of its script's output, oldest first. */
  readonly lines?: readonly string[];
}

/** A line of output as it may be shown: its control characters visible, cut. */
function shownLine(text: string): string {
  const shown = visible(text.slice(0, LONGEST_PROGRESS_LINE).toWellFormed().replaceAll('\n', ' '));
  const isWhole = shown.length <= LONGEST_PROGRESS_LINE && text.length <= LONGEST_PROGRESS_LINE;
  return isWhole ? shown : `${shown.slice(0, LONGEST_PROGRESS_LINE - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/** The newest lines, bounded and harmless. */
export const shownLines = (lines: readonly string[]): readonly string[] =>
  lines.slice(-MOST_PROGRESS_LINES).map(shownLine);

/** A line of progress, including its newline. */
export const progressLine = (progress: RunProgress): string => `${JSON.stringify({ progress })}\n`;

/** Reads one; `undefined` for a line that is none. @param line without its newline */
export function progressIn(line: string): RunProgress | undefined {
  if (!line.startsWith(PROGRESS_PREFIX) || line.length > MAX_PROGRESS_BYTES) return undefined;
  const { progress } = jsonObjectIn(line) ?? {};
  if (!isJsonObject(progress)) return undefined;
  const { unit, lines } = progress;
  const isList = Array.isArray(lines) && lines.every((one) => typeof one === 'string');
  return {
    ...(typeof unit === 'string' && { unit }),
    ...(isList && { lines: shownLines(lines.map(String)) }),
  };
}
