import { Cron } from 'croner';
import { Problem } from '../shared/problem.ts';
import { FIRST_LOOK_MS } from './defaults.ts';

/**
 * The first scheduled moment after `after`, in the process's time zone; `undefined` when none will ever come.
 *
 * @param schedule five fields of crontab(5), or a name such as `@daily`
 * @param after Unix time in milliseconds
 * @throws Problem `bad_schedule`
 */
export function nextScheduled(schedule: string, after: number): number | undefined {
  const trimmed = schedule.trim();
  try {
    if (!trimmed.startsWith('@') && trimmed.split(/\s+/).length !== 5) throw new Error('it needs five fields');
    // As in crontab(5): with a day of the month and a day of the week, either will do.
    const cron = new Cron(trimmed, { paused: true, mode: trimmed.startsWith('@') ? 'auto' : '5-part' });
    return cron.nextRun(new Date(after))?.getTime();
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^CronPattern: /, '') : '';
    const message = `# notify: schedule: ${JSON.stringify(schedule)} is not a cron schedule such as "0 9 * * 1-5" (${why}).`;
    throw new Problem('bad_schedule', message, { cause: error });
  }
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
  const next = nextScheduled(schedule, from);
  return next !== undefined && next <= now;
}
