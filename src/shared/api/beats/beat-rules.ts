/** What names and times of beats may be, for the API and for command lines. */
import { isKey } from '../../../core/notification.ts';
import { parseDuration } from '../../text/duration.ts';
import { isDuration } from '../send-at.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3_600_000;

/** How far apart two beats may be, ms: what is looked at once a minute, and once a year with some weeks to spare. */
export const EVERY = { leastMs: MINUTE_MS, mostMs: 400 * DAY_MS };
/** How late a beat may be, ms. */
const MOST_GRACE_MS = 30 * DAY_MS;

/** What these times look like, for errors. */
export const AN_INTERVAL = 'a duration from 1m to 400d, such as 1d';
export const A_GRACE = 'a duration from 0s to 30d, such as 1h';

/** Whether a text can name a beat: 1 to 128 printable characters. */
export const isBeatName = isKey;

/** Whether a text says how far apart two beats may be. */
export function isInterval(text: string): boolean {
  if (!isDuration(text)) return false;
  const ms = parseDuration(text, 'every');
  return ms >= EVERY.leastMs && ms <= EVERY.mostMs;
}

/** Whether a text says how late a beat may be. */
export const isGrace = (text: string): boolean =>
  /^0[smhd]?$/.test(text) || (isDuration(text) && parseDuration(text, 'grace') <= MOST_GRACE_MS);
