/** Finds the scripts that are due. Loads the parser of schedules only when the cache doesn't answer. */
import { dueSince } from '../policy/due-since.ts';
import { isHost } from '../policy/host-match.ts';
import type { Script } from '../scripts/discover.ts';
import type { RunnerSettings } from '../settings.ts';
import { type NextRunCache, readNextRunCache } from '../state/next-run-cache.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { type PreparedScript, prepareScript, scheduleOf } from './prepare-script.ts';

/** How far back a scheduled time is looked for where the last run can't be remembered, ms. */
const UNREMEMBERED_MS = 5 * 60_000;

/** A script that is due, with its scheduled moment, or when it may be, Unix time in ms. @throws Problem `bad_schedule` */
async function judge(
  { stateDir, tz }: RunnerSettings,
  prepared: PreparedScript,
  cache: NextRunCache,
): Promise<PreparedScript | number> {
  const now = Date.now();
  const { script, header } = prepared;
  const plan = { schedule: header.schedule ?? '', zone: header.tz ?? tz ?? '' };
  const known = cache.nextOf(script.name, plan, now);
  if (known !== undefined) return known;
  const record = readRunRecord(stateDir, script.name);
  const isRemembered =
    record !== undefined ||
    writeRunRecord(stateDir, script.name, { at: dueSince(undefined, now), ran: false, result: '', failed: false });
  const schedule = await scheduleOf(prepared, { now, tz });
  if (schedule === undefined) return prepared;
  // Without memory a scheduled time is taken for new as long as cron's usual five minutes: rather twice than never.
  const since = isRemembered ? (record?.since ?? record?.at) : now - UNREMEMBERED_MS;
  if (schedule.isDue(since)) {
    const { previous, earlier, zone } = schedule;
    return { ...prepared, ...(previous !== undefined && { scheduledAt: previous, calendar: { zone, earlier } }) };
  }
  cache.set(script.name, { ...plan, next: schedule.next, checked: now });
  return schedule.next;
}

/** Where scripts are chosen. */
export interface DueOptions {
  /** The name of this host, for scripts whose header names one. */
  readonly host: string;
  /** Only scripts whose header names this host; the others are another host's. */
  readonly ownOnly: boolean;
  /** When the next round of the scripts without a schedule begins, Unix time in ms; without it they are due. */
  readonly nextRound?: number;
}

/** Whether this host runs a script. */
function isHere({ header }: PreparedScript, { host, ownOnly }: DueOptions): boolean {
  return header.host === undefined ? !ownOnly : isHost(header.host, host);
}

/** What is due, and when more may be. */
export interface DueScripts {
  readonly due: readonly PreparedScript[];
  /** When one of the others may be due, Unix time in ms; `Infinity` where there is none. */
  readonly next: number;
}

/**
 * The scripts with a scheduled time since their last run, and those without a schedule where their round is due. A script
 * whose header or schedule is wrong is due with the latter: its run reports the problem.
 */
export async function dueScripts(
  settings: RunnerSettings,
  scripts: readonly Script[],
  { nextRound, ...options }: DueOptions,
): Promise<DueScripts> {
  const cache = readNextRunCache(settings.stateDir);
  const inRounds = (prepared: PreparedScript) => nextRound ?? prepared;
  const judged: (PreparedScript | number)[] = [];
  for (const script of scripts) {
    const prepared = prepareScript(script);
    if (!isHere(prepared, options)) continue;
    const hasSchedule = prepared.problem === undefined && prepared.header.schedule !== undefined;
    try {
      judged.push(hasSchedule ? await judge(settings, prepared, cache) : inRounds(prepared));
    } catch (problem) {
      judged.push(inRounds({ ...prepared, problem }));
    }
  }
  await cache.save();
  return {
    due: judged.filter((one) => typeof one !== 'number'),
    next: Math.min(...judged.filter((one) => typeof one === 'number')),
  };
}
