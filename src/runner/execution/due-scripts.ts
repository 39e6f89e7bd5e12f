/** Finds the scripts that are due. Loads the parser of schedules only when the cache doesn't answer. */
import { dueSince } from '../policy/due-since.ts';
import { isHost } from '../policy/host-match.ts';
import type { Script } from '../scripts/discover.ts';
import type { RunnerSettings } from '../settings.ts';
import { type NextRunCache, readNextRunCache } from '../state/next-run-cache.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import { type PreparedScript, prepareScript, scheduleOf } from './prepare-script.ts';

/** @throws Problem `bad_schedule` */
async function isDue(
  { stateDir, tz }: RunnerSettings,
  prepared: PreparedScript,
  cache: NextRunCache,
): Promise<boolean> {
  const now = Date.now();
  const { script, header } = prepared;
  if (header.schedule === undefined) return true;
  const plan = { schedule: header.schedule, zone: header.tz ?? tz ?? '' };
  if (cache.isAhead(script.name, plan, now)) return false;
  const record = readRunRecord(stateDir, script.name);
  if (record === undefined) {
    writeRunRecord(stateDir, script.name, { at: dueSince(undefined, now), ran: false, result: '', failed: false });
  }
  const schedule = await scheduleOf(prepared, { now, tz });
  if (schedule === undefined || schedule.isDue(record?.since ?? record?.at)) return true;
  cache.set(script.name, { ...plan, next: schedule.next, checked: now });
  return false;
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
      if (prepared.problem !== undefined || (await isDue(settings, prepared, cache))) due.push(prepared);
    } catch (problem) {
      due.push({ ...prepared, problem });
    }
  }
  await cache.save();
  return due;
}
