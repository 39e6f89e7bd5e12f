/** Moments as people read them: words by the server, in its time zone, which the script then brings up to date. */
import { type Html, html } from './html.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const minute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

/** `live` is said as "5 minutes ago" once the script runs; the others keep their words. */
function moment(iso: string, format: Intl.DateTimeFormat, live: boolean): Html {
  const time = new Date(iso);
  if (Number.isNaN(time.getTime())) return html`${iso}`;
  const words = format.format(time);
  return html`<time datetime="${time.toISOString()}" title="${minute.format(time)}" ${live ? 'data-ago' : ''}>${words}</time>`;
}

/** A day. @param iso ISO 8601 */
export const onDay = (iso: string): Html => moment(iso, day, false);

/** A minute. @param iso ISO 8601 */
export const atMinute = (iso: string): Html => moment(iso, minute, false);

/** How long ago. @param iso ISO 8601 */
export const ago = (iso: string): Html => moment(iso, minute, true);
