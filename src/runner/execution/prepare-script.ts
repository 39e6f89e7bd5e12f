/** Reads the header of a script and checks its schedule: once a run, when the script is chosen. */
import type { ScheduleCalendar } from '../policy/cooldown.ts';
import type { CronSchedule } from '../policy/schedule.ts';
import type { Script } from '../scripts/discover.ts';
import { type Header, readHeader } from '../scripts/header.ts';

/** A script and its header. */
export interface PreparedScript {
  readonly script: Script;
  /** Empty where it can't be read. */
  readonly header: Header;
  /** What is wrong with the header or its schedule: a run of the script fails with that. */
  readonly problem?: unknown;
  /** The scheduled moment that made it due, Unix time in ms; `undefined` for a script without a schedule. */
  readonly scheduledAt?: number;
  /** By which the cooldown of a scheduled run counts. */
  readonly calendar?: ScheduleCalendar;
}

/** Reads a script's header, without a look at its schedule. */
export function prepareScript(script: Script): PreparedScript {
  try {
    return { script, header: readHeader(script.path) };
  } catch (problem) {
    return { script, header: {}, problem };
  }
}

/** The times to which schedules are compared. */
export interface ScheduleClock {
  /** Unix time in ms. */
  readonly now: number;
  /** The variable `TZ`: the zone of schedules whose header names none. */
  readonly tz: string | undefined;
}

/** Parses a prepared script's schedule; `undefined` where it has none. @throws Problem `bad_schedule` */
export async function scheduleOf({ header }: PreparedScript, clock: ScheduleClock): Promise<CronSchedule | undefined> {
  const { schedule, tz } = header;
  if (schedule === undefined && tz === undefined) return undefined;
  const { headerZone, localZone, parseSchedule } = await import('../policy/schedule.ts');
  const zone = tz === undefined ? localZone(clock.tz) : headerZone(tz);
  return schedule === undefined ? undefined : parseSchedule(schedule, clock.now, zone);
}

/** Reads a script's header and checks its schedule. */
export async function prepareAndCheck(script: Script, clock: ScheduleClock): Promise<PreparedScript> {
  const prepared = prepareScript(script);
  try {
    await scheduleOf(prepared, clock);
    return prepared;
  } catch (problem) {
    return { ...prepared, problem };
  }
}
