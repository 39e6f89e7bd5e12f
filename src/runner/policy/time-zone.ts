/**
 * The time zone of schedules. Cron and every other program of the system read `TZ` by libc's rules, tzset(3); Node reads
 * part of these forms, and takes the others for UTC without a word. So a zone is always named to the parser of schedules.
 */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../core/problem.ts';
import { isNamedZone, isZone, notZone } from '../../shared/time/zone.ts';

/** Where libc looks for zones. */
const ZONE_INFO = '/usr/share/zoneinfo';
/** A zone's file, below a folder of zones; `posix/` holds the same zones again. */
const ZONE_FILE = /\/zoneinfo\/(?:posix\/)?(.+)$/s;
/** A POSIX zone without summer time, such as `CET-1` or `<+03>-3`: its name, and hours to be added to reach UTC. */
const FIXED = /^(?:[A-Za-z]{3,}|<[\w+-]{3,}>)([+-]?)(\d{1,2})(?::00)?(?::00)?$/;
/** The hours for which there are zones `Etc/GMT…`. */
const MOST_WEST = 12;
const MOST_EAST = 14;

const ADVICE = 'write a name such as Europe/Berlin';
const refused = (setting: string, text: string, why: string) =>
  new Problem('bad_schedule', `${setting}: ${JSON.stringify(text)} ${why}: ${ADVICE}.`);

/** The zone of a file such as `/etc/localtime`, a link to the zone. */
function zoneOfFile(path: string): string | undefined {
  try {
    return ZONE_FILE.exec(realpathSync(path))?.[1];
  } catch {
    return undefined;
  }
}

/** The zone of a fixed distance from UTC. POSIX and `Etc/GMT…` count westwards alike. */
function fixedZone(text: string): string | undefined {
  const [, sign, digits] = FIXED.exec(text) ?? [];
  if (digits === undefined) return undefined;
  const hours = Number(digits);
  if (hours === 0) return 'UTC';
  const isEast = sign === '-';
  return hours <= (isEast ? MOST_EAST : MOST_WEST) ? `Etc/GMT${isEast ? '-' : '+'}${hours}` : undefined;
}

/** The zone that libc would read from a name: `undefined` where it has no file for it. */
function zoneOfName(text: string): string | undefined {
  const name = text.replace(/^posix\//, '');
  const isKnown = isZone(name) && (!existsSync(ZONE_INFO) || existsSync(join(ZONE_INFO, name)));
  return isKnown ? name : undefined;
}

/**
 * The name of the zone in which the user's programs read the clock.
 *
 * @param tz the variable `TZ`, as tzset(3) takes it; without it, the system's zone
 * @throws Problem `bad_schedule` for what has no name, such as a POSIX rule of summer time
 */
export function localZone(tz: string | undefined): string {
  if (tz === undefined) {
    const name = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (name !== undefined && isZone(name)) return name;
    throw new Problem('bad_schedule', `The system's time zone has no name: set TZ in your crontab, and ${ADVICE}.`);
  }
  const text = tz.replace(/^:/, '');
  if (text === '') return 'UTC';
  const zone = text.startsWith('/') ? zoneOfFile(text) : (zoneOfName(text) ?? fixedZone(text));
  if (zone !== undefined && isZone(zone)) return zone;
  throw refused('TZ', tz, text.includes(',') ? 'is a POSIX rule, not a time zone' : 'is not a time zone');
}

/** Checks the zone of a script's header. @throws Problem `bad_schedule` */
export function headerZone(text: string): string {
  if (isNamedZone(text)) return text;
  throw new Problem('bad_schedule', `# notify: tz: ${notZone(text)}`);
}

/** The zone in which times are shown; UTC where `localZone` refuses, as libc does for what it can't read. */
export function shownZone(tz: string | undefined): string {
  try {
    return localZone(tz);
  } catch {
    return 'UTC';
  }
}
