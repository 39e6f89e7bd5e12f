/** Moments in the zone of this browser, as Telegram's apps show them. */

const UNITS = [
  ['year', 365 * 86_400],
  ['month', 30 * 86_400],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function distanceWords(seconds: number): string {
  const [unit, length] = UNITS.find((one) => Math.abs(seconds) >= one[1]) ?? (['second', 1] as const);
  return relative.format(Math.trunc(seconds / length), unit);
}

/**
 * A moment in words.
 *
 * @param format of https://core.telegram.org/bots/api#date-time-entity-formatting
 * @param now milliseconds since the epoch
 * @param timeZone the browser's own unless given
 */
export function momentWords(at: Date, format: string, now: number, timeZone?: string): string {
  if (/^r$/i.test(format)) return distanceWords((at.getTime() - now) / 1000);
  const two = '2-digit';
  const options: Intl.DateTimeFormatOptions = {
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(/w/i.test(format) && { weekday: 'long' }),
    ...(format.includes('d') && { day: two, month: two, year: 'numeric' }),
    ...(format.includes('D') && { day: 'numeric', month: 'long', year: 'numeric' }),
    ...(/t/i.test(format) && { hour: two, minute: two }),
    ...(format.includes('T') && { second: two }),
  };
  return new Intl.DateTimeFormat('en-GB', options).format(at);
}
