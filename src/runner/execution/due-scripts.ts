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

/** The script where it is due, with its scheduled moment. @throws Problem `bad_schedule` */
async function asDue(
  { stateDir, tz }: RunnerSettings,
  prepared: PreparedScript,
  cache: NextRunCache,
): Promise<PreparedScript | undefined> {
  const now = Date.now();
  const { script, header } = prepared;
  if (header.schedule === undefined) return prepared;
  const plan = { schedule: header.schedule, zone: header.tz ?? tz ?? '' };
  if (cache.isAhead(script.name, plan, now)) return undefined;
  const record = readRunRecord(stateDir, script.name);
  const isRemembered =
    record !== undefined ||
    writeRunRecord(stateDir, script.name, { at: dueSince(undefined, now), ran: false, result: '', failed: false });
  const schedule = await scheduleOf(prepared, { now, tz });
  if (schedule === undefined) return prepared;
  // Without memory a scheduled time is taken for new as long as cron's usual five minutes: rather twice than never.
  const since = isRemembered ? (record?.since ?? record?.at) : now - UNREMEMBERED_MS;
  if (schedule.isDue(since)) {
    return { ...prepared, ...(schedule.previous !== undefined && { scheduledAt: schedule.previous }) };
  }
  cache.set(script.name, { ...plan, next: schedule.next, checked: now });
  return undefined;
}

/** Where scripts are chosen. */
export interface DueOptions {
  /** The name of this host, for scripts whose header names one. */
  readonly host: string;
  /** Only scripts whose header names this host; the others are another host's. */
  readonly ownOnly: boolean;
}

/** Whether this host runs a script. */
function isHere({ header }: PreparedScript, { host, ownOnly }: DueOptions): boolean {
  return header.host === undefined ? !ownOnly : isHost(header.host, host);
}

/**
 * The scripts without a schedule, and those with a scheduled time since their last run. A script whose header or
 * schedule is wrong is due too: its run reports the problem.
 */
export async function dueScripts(
  settings: RunnerSettings,
  scripts: readonly Script[],
  options: DueOptions,
): Promise<readonly PreparedScript[]> {
  const cache = readNextRunCache(settings.stateDir);
  const due: PreparedScript[] = [];
  for (const script of scripts) {
    const prepared = prepareScript(script);
    if (!isHere(prepared, options)) continue;
    try {
      const found = prepared.problem === undefined ? await asDue(settings, prepared, cache) : prepared;
      if (found !== undefined) due.push(found);
    } catch (problem) {
      due.push({ ...prepared, problem });
    }
  }
  await cache.save();
  return due;
}
