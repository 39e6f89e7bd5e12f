/** Parses a person's settings, and validates new values. Pure. */
import type { PersonSettingName, PersonSettings } from '../../core/people/settings.ts';
import { Problem } from '../../core/problem.ts';
import { parseDuration } from '../../shared/text/duration.ts';
import { isOpen, nextChange } from '../../shared/time/open-windows.ts';
import { parseWindows, type WeeklyWindow } from '../../shared/time/weekly-windows.ts';
import { isNamedZone, notZone } from '../../shared/time/zone.ts';
import type { SettingsChange } from '../api/services/people.ts';

/** A person's parsed settings. */
export interface Preferences {
  /** A time zone such as `Europe/Berlin`. */
  readonly zone: string;
  /** Empty if quiet hours are off. */
  readonly quiet: readonly WeeklyWindow[];
  /** Milliseconds; absent if the digest is off. */
  readonly digestMs?: number;
}

/** The shortest digest, longer than the time between two summaries of a chat, and the longest, ms. */
const SHORTEST_DIGEST_MS = 60_000;
const LONGEST_DIGEST_MS = 24 * 3_600_000;

/** Words that switch a setting off. */
const OFF: ReadonlySet<string> = new Set(['', 'off', 'none', 'no', 'never', 'default']);

/** Accepts what people type on phones: other dashes, several spaces. */
const tidy = (text: string): string =>
  text
    .replace(/[‐-―−]/g, '-')
    .split(/\s+/)
    .filter(Boolean)
    .join(' ');

/**
 * Windows as `parseWindows` takes them: a comma between days and a time begins the next window; other commas are those of
 * a list of days or times.
 */
const withSemicolons = (text: string): string =>
  text.replace(/([a-z]) ?, ?(?=\d)/gi, '$1; ').replace(/, (?=[a-z\d])/gi, ',');

/** An arbitrary time: whether windows ever close shows within two weeks of any time. */
const SOME_MOMENT = Date.UTC(2026, 0, 1);

function quietIn(text: string, zone: string): readonly WeeklyWindow[] {
  const windows = parseWindows(withSemicolons(text), 'quiet', zone);
  const isAlways = nextChange(windows, SOME_MOMENT) === undefined && isOpen(windows, SOME_MOMENT);
  if (isAlways) throw new Problem('bad_field', 'quiet: these hours never end; a mute holds everything back instead.');
  return windows;
}

function digestIn(text: string): number {
  const wrong = (why: string) => new Problem('bad_field', `digest: ${JSON.stringify(text)} ${why}.`);
  let length: number;
  try {
    length = parseDuration(text, 'digest');
  } catch (error) {
    throw error instanceof Problem ? wrong('is not a duration such as 15m, 1h or 1d') : error;
  }
  if (length < SHORTEST_DIGEST_MS) throw wrong('is shorter than a minute: write for example 15m');
  if (length > LONGEST_DIGEST_MS) throw wrong('is longer than a day');
  return length;
}

/** The name of a zone as the database spells it; letter case is ignored. */
function zoneIn(text: string): string {
  const known = Intl.supportedValuesOf('timeZone').find((name) => name.toLowerCase() === text.toLowerCase());
  if (known !== undefined) return known;
  if (isNamedZone(text)) return text;
  throw new Problem('bad_field', `timezone: ${notZone(text)}`);
}

/** A new value, checked. @throws Problem `bad_field` */
function checkedValue(name: PersonSettingName, text: string, zone: string): string {
  if (name === 'timezone') return zoneIn(text);
  if (name === 'quiet') quietIn(text, zone);
  else digestIn(text);
  return text;
}

/**
 * The settings after a change. After a change of the time zone, the same quiet hours apply in the new zone.
 *
 * @param serverZone the zone of people without a zone of their own
 * @throws Problem `bad_field` that names the setting
 */
export function changedSettings(settings: PersonSettings, change: SettingsChange, serverZone: string): PersonSettings {
  const next: { -readonly [Name in PersonSettingName]?: string } = { ...settings };
  for (const name of ['timezone', 'quiet', 'digest'] as const) {
    const given = change[name];
    if (given === undefined) continue;
    const text = tidy(given ?? '');
    if (OFF.has(text.toLowerCase())) delete next[name];
    else next[name] = checkedValue(name, text, next.timezone ?? serverZone);
  }
  return next;
}

/** A parsed stored value; `undefined` for one that was edited by hand and is invalid. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

/** Parses stored settings. An invalid value counts as off: a message may be early, but never late. */
export function preferencesOf({ timezone, quiet, digest }: PersonSettings, serverZone: string): Preferences {
  const zone = timezone !== undefined && isNamedZone(timezone) ? timezone : serverZone;
  const windows = quiet === undefined ? undefined : readable(() => quietIn(quiet, zone));
  const digestMs = digest === undefined ? undefined : readable(() => digestIn(digest));
  return { zone, quiet: windows ?? [], ...(digestMs !== undefined && { digestMs }) };
}
