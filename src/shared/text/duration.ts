import ms, { type StringValue } from 'ms';
import { Problem } from '../../core/problem.ts';

/** The longest accepted duration: ten years, far beyond use and within a safe number of milliseconds. */
const LONGEST_MS = 10 * 365.25 * 24 * 3_600_000;

/** Quotes a text for an error; a long one is described by its length. */
function quoted(text: string): string {
  return text.length > 60 ? `a string of ${text.length} characters` : JSON.stringify(text);
}

/**
 * Parses a duration such as `30m`, `1h`, `1d`, or `0`: any format of the package `ms`, never negative.
 *
 * @param text a bare number is milliseconds, as in `ms`
 * @param field its name in the error
 * @returns milliseconds, from 0 to ten years
 * @throws Problem `bad_duration` for any other text
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

/** Formats an age: `just now`, `5m ago`. @param milliseconds a negative time counts as now */
export function agoOf(milliseconds: number): string {
  return milliseconds < 1500 ? 'just now' : `${shortDuration(milliseconds)} ago`;
}

/** Formats a duration in its largest unit: `5m`, `2h`, `3d`. @param milliseconds not negative */
export function shortDuration(milliseconds: number): string {
  return ms(Math.round(milliseconds));
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
] as const;

/** Formats a duration that somebody set, without rounding: `90m`, `36h`, `1d`. @param milliseconds not negative */
export function exactDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const [unit, ms] = UNITS.find(([, size]) => milliseconds % size === 0) ?? ['ms', 1];
  return `${milliseconds / ms}${unit}`;
}
