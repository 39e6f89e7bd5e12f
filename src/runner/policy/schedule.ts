import { Cron } from 'croner';
import { Problem } from '../../core/problem.ts';
import { FIRST_LOOK_MS } from './defaults.ts';

const refused = (schedule: string, why: string, cause?: unknown) =>
  new Problem('bad_schedule', `# notify: schedule: ${JSON.stringify(schedule)} ${why}`, { cause });

function parse(schedule: string): Cron {
  const trimmed = schedule.trim();
  if (/^@reboot$/i.test(trimmed)) {
    throw refused(schedule, 'is no time of day: put a line "@reboot notify-runner run NAME" into your crontab.');
  }
  try {
    if (!trimmed.startsWith('@') && trimmed.split(/\s+/).length !== 5) throw new Error('it needs five fields');
    // As in crontab(5): with a day of the month and a day of the week, either will do.
    return new Cron(trimmed, { paused: true, mode: trimmed.startsWith('@') ? 'auto' : '5-part' });
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : '';
    throw refused(schedule, `is not a cron schedule such as "0 9 * * 1-5" (${why}).`, error);
  }
}

/**
 * The first scheduled moment after `after`, in the process's time zone.
 *
 * @param schedule five fields of crontab(5), or a name such as `@daily`
 * @param after Unix time in milliseconds
 * @throws Problem `bad_schedule`, also for one that never comes
 */
export function nextScheduled(schedule: string, after: number): number {
  const next = parse(schedule).nextRun(new Date(after))?.getTime();
  if (next === undefined) throw refused(schedule, 'never comes.');
  return next;
}

/**
 * Whether a scheduled moment has come since the script last ran. One that passed while the computer was off is made
 * up for once.
 *
 * @param since Unix time in ms of the last run, or of the first time the script was seen
 * @throws Problem `bad_schedule`
 */
export function isDue(schedule: string, since: number | undefined, now: number): boolean {
  // A clock that went back must not silence a script until it has caught up.
  const from = since === undefined || since > now ? now - FIRST_LOOK_MS : since;
  return nextScheduled(schedule, from) <= now;
}
