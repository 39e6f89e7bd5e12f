/** Times for people: formatted by the server in its time zone, then kept up to date by script. */
import { type Html, html } from './html.ts';

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const minute = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  timeZoneName: 'short',
});

/** With `live`, script replaces the text by "5 minutes ago" and so on. */
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
