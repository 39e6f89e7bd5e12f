import ms, { type StringValue } from 'ms';
import { Problem } from '../../core/problem.ts';

/** The longest duration taken anywhere: ten years, far beyond use and safely inside a number of milliseconds. */
const LONGEST_MS = 10 * 365.25 * 24 * 3_600_000;

/** What was written, as an error shows it: whole where it is short. */
function quoted(text: string): string {
  return text.length > 60 ? `a string of ${text.length} characters` : JSON.stringify(text);
}

/**
 * Reads a duration such as `30m`, `1h`, `1d`, or `0`; anything the package `ms` reads, never negative.
 *
 * @param text what was written; a bare number is milliseconds, as `ms` has it
 * @param field how to name it in the error
 * @returns milliseconds, from 0 to ten years
 * @throws Problem `bad_duration` for anything else
 */
export function parseDuration(text: string, field: string): number {
  const trimmed = text.trim();
  const value = trimmed === '' || trimmed.length > 100 ? undefined : ms(trimmed as StringValue);
  if (value !== undefined && value > LONGEST_MS && Number.isFinite(value)) {
    throw new Problem('bad_duration', `${field}: ${quoted(text)} is too long: at most 10y.`);
  }
  if (value === undefined || !Number.isFinite(value) || value < 0) {
    throw new Problem('bad_duration', `${field}: ${quoted(text)} is not a duration such as 30m, 6h or 1d.`);
  }
  return value;
}

/** How long ago something was, in few words. @param milliseconds a negative time counts as now */
export function agoOf(milliseconds: number): string {
  return milliseconds < 1500 ? 'just now' : `${shortDuration(milliseconds)} ago`;
}

/** A duration in few words, largest unit only: `5m`, `2h`, `3d`. @param milliseconds not negative */
export function shortDuration(milliseconds: number): string {
  return ms(Math.round(milliseconds));
}
