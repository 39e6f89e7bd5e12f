/** Whether something runs the runner: a line of the crontab, or a timer; and whether it really does. */
import { sentenceOf } from '../../../core/problem.ts';
import { agoOf, shortDuration } from '../../../shared/text/duration.ts';
import { parseSchedule } from '../../policy/schedule.ts';
import { shownZone } from '../../policy/time-zone.ts';
import type { RunnerSettings } from '../../settings.ts';
import { isShared, readOwner, TAKE_OVER_MS, thisHost } from '../../state/cron/cron-owner.ts';
import { lastCronRun, runsSince } from '../../state/cron/cron-run.ts';
import { lastLook } from '../../state/cron/idle-note.ts';
import type { RunnerIo } from '../io.ts';
import { brokenLineText, cronStatus, demoLineText, otherLineText } from '../setup/crontab.ts';
import { namesNode } from '../setup/crontab-command.ts';
import { cronCommand, isOwnProgram, newCronLine, runsAlone } from '../setup/launcher.ts';
import { timerStatus } from '../setup/timer.ts';
import { bad, type Finding, fine } from './finding.ts';

/** How late cron may start a run before that is a fault, ms. */
const LATE_MS = 10 * 60_000;
const EVERY_FIVE_MINUTES = '*/5 * * * *';

/** When cron last started the runner, or the launcher, which ends without a run where nothing is due; Unix time in ms. */
function lastStart(stateDir: string): number | undefined {
  const times = [lastCronRun(stateDir), lastLook(stateDir)].filter((time) => time !== undefined);
  return times.length === 0 ? undefined : Math.max(...times);
}

/** What the last run from cron says about a schedule that should have run since. */
function checkRuns({ stateDir, tz }: RunnerSettings, schedule: string, what: string, todo: string): Finding {
  const now = Date.now();
  const last = lastStart(stateDir);
  const since = last ?? runsSince(stateDir, now);
  let isOverdue = false;
  try {
    isOverdue = parseSchedule(schedule, since, shownZone(tz)).next + LATE_MS < now;
  } catch {
    // `@reboot`, or a schedule that cron alone understands.
  }
  if (isOverdue) {
    const seen = last === undefined ? `has not run for ${shortDuration(now - since)}` : `last ran ${agoOf(now - last)}`;
    return bad('cron', `it ${seen}, though it should have: ${what}`, todo);
  }
  if (last !== undefined) return fine('cron', `${what} (last ran ${agoOf(now - last)})`);
  return { ...fine('cron', what), todo: 'It has not run yet; look again when it should have' };
}

const UNTRIED = 'It was not tried, since other commands stand before notify-runner';
const CRON_TODO = 'systemctl status cron; then journalctl -u cron says why, such as an account that expired';
const TIMER_TODO = 'systemctl --user list-timers; then journalctl --user -u notify-runner says why';

/** The user's systemd runs the runner. */
async function checkTimer(io: RunnerIo, settings: RunnerSettings): Promise<Finding | undefined> {
  const timer = await timerStatus(io);
  if (timer === undefined) return undefined;
  if (timer.broken === undefined) return checkRuns(settings, EVERY_FIVE_MINUTES, 'notify-runner.timer', TIMER_TODO);
  return bad(
    'cron',
    `notify-runner.timer of your systemd does not run (${timer.broken})`,
    'notify-runner init --timer',
  );
}

/** The crontab runs the runner, with the settings in force, and what it runs starts. */
async function checkCrontab(io: RunnerIo, settings: RunnerSettings): Promise<Finding> {
  try {
    const { line, other, demo } = await cronStatus(io, settings);
    if (demo !== undefined) return bad('cron', demoLineText(demo), 'notify-runner init --undo removes it');
    if (line?.broken !== undefined) return bad('cron', brokenLineText(line), 'notify-runner init repairs it');
    if (line !== undefined) {
      const finding = checkRuns(settings, line.schedule, line.line, CRON_TODO);
      const { program } = line;
      if (!line.isTried && finding.ok && finding.todo === undefined) return { ...finding, todo: UNTRIED };
      const isDated = program && namesNode(program) && isOwnProgram(io, program.runner) && (await runsAlone(io));
      if (!finding.ok || !isDated) return finding;
      return { ...finding, todo: 'It stops when Node moves; notify-runner init takes Node out of it' };
    }
    if (other === undefined) return bad('cron', 'no line in your crontab runs notify-runner', 'notify-runner init');
    const todo = `crontab -e, and replace it by this line, or add it: ${await newCronLine(io)}`;
    return bad('cron', otherLineText(other), todo);
  } catch (error) {
    const todo = `Then notify-runner init; or have this run every five minutes: ${await cronCommand(io)}`;
    return bad('cron', sentenceOf(error), todo);
  }
}

/** Another host runs the scripts of this home. */
function checkOwner({ stateDir, sharedHome }: RunnerSettings): Finding | undefined {
  const host = isShared(stateDir, sharedHome) ? thisHost() : undefined;
  const owner = host && readOwner(stateDir);
  if (owner === undefined || owner.id === host?.id) return undefined;
  const now = Date.now();
  const last = lastCronRun(stateDir);
  const ran = last === undefined ? 'has not run yet' : `last ran ${agoOf(now - last)}`;
  const seen = `cron on ${owner.name} runs the scripts of this home (${ran})`;
  const todo = 'notify-runner init --here moves them to this host';
  return last !== undefined && now - last > TAKE_OVER_MS ? bad('cron', seen, todo) : { ...fine('cron', seen), todo };
}

/** Something runs the runner, and did so when it should have. */
export async function checkCron(io: RunnerIo, settings: RunnerSettings): Promise<Finding> {
  const elsewhere = checkOwner(settings);
  if (elsewhere !== undefined) return elsewhere;
  return (await checkTimer(io, settings)) ?? checkCrontab(io, settings);
}
