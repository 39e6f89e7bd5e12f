/** Keeps relative times such as "5 minutes ago" up to date, and shows moments of messages in the reader's zone. */
import { strings } from '../strings.ts';
import { momentWords } from './moment.ts';

const EVERY_MS = 20_000;
const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;
/** Older times are shown as a date. */
const LONGEST_SECONDS = 6 * 86_400;

const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

function wordsFor(seconds: number): string | undefined {
  if (seconds > LONGEST_SECONDS) return undefined;
  const unit = UNITS.find(([, length]) => seconds >= length);
  return unit === undefined ? strings.ago.now : format.format(-Math.floor(seconds / unit[1]), unit[0]);
}

/** Updates the times within an element. */
export function updateTimes(root: ParentNode = document): void {
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-ago]')) {
    const words = wordsFor((Date.now() - Date.parse(time.dateTime)) / 1000);
    if (words !== undefined && time.textContent !== words) time.textContent = words;
  }
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-format]')) {
    const words = momentWords(new Date(time.dateTime), time.dataset.format ?? '', Date.now());
    if (time.textContent !== words) time.textContent = words;
  }
}

export function keepTimes(): void {
  updateTimes();
  setInterval(updateTimes, EVERY_MS);
}
