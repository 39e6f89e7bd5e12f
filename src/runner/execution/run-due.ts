/** What cron starts: finds what is due and runs it. Loads nothing more when nothing is. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DONE, type RunnerIo } from '../cli/io.ts';
import { FIRST_LOOK_MS } from '../policy/defaults.ts';
import { discover, notUtf8, type Script, unusableNames } from '../scripts/discover.ts';
import { readHeader } from '../scripts/header.ts';
import type { RunnerSettings } from '../settings.ts';
import { type NextRunCache, readNextRunCache } from '../state/next-run-cache.ts';
import { readRunRecord, writeRunRecord } from '../state/run-record.ts';
import type { RunOptions } from './run-scripts.ts';

function scheduleOf({ path }: Script): string | undefined {
  try {
    return readHeader(path).schedule;
  } catch {
    // Its run will say what is wrong.
    return undefined;
  }
}

async function isDueNow(stateDir: string, script: Script, schedule: string, moments: NextRunCache): Promise<boolean> {
  const now = Date.now();
  const { name } = script;
  if (moments.ahead(name, schedule, now)) return false;
  const { isDue, nextScheduled } = await import('../policy/schedule.ts');
  const record = readRunRecord(stateDir, name);
  if (record === undefined) {
    writeRunRecord(stateDir, name, { at: now - FIRST_LOOK_MS, ran: false, result: '', failed: false });
  }
  try {
    if (isDue(schedule, record?.since ?? record?.at, now)) return true;
    moments.know(name, { schedule, next: nextScheduled(schedule, now), checked: now });
    return false;
  } catch {
    // Its run will say what is wrong.
    return true;
  }
}

/** Whether something waits from an earlier run. */
function somethingWaits(stateDir: string): boolean {
  try {
    return readdirSync(join(stateDir, 'pending')).some((name) => name !== 'corrupt');
  } catch {
    return false;
  }
}

/** Those without a schedule, and those whose moment has come since they last ran. */
async function dueScripts(stateDir: string, scripts: readonly Script[]): Promise<readonly Script[]> {
  const moments = readNextRunCache(stateDir);
  const due: Script[] = [];
  for (const script of scripts) {
    const schedule = scheduleOf(script);
    if (schedule === undefined || (await isDueNow(stateDir, script, schedule, moments))) due.push(script);
  }
  await moments.save();
  return due;
}

/**
 * Runs what is due.
 *
 * @returns the exit status
 * @throws Problem `no_folder`
 */
export async function runDue(io: RunnerIo, settings: RunnerSettings, options: RunOptions): Promise<number> {
  const chosenAt = Date.now();
  const scripts = discover(settings.scriptsDir);
  const due = await dueScripts(settings.stateDir, scripts);
  const lines = options.json !== true && (options.lines ?? io.terminal);
  if (lines) for (const name of unusableNames(settings.scriptsDir)) io.err(`notify-runner: ${notUtf8(name)}\n`);
  if (due.length === 0 && !somethingWaits(settings.stateDir)) {
    if (lines) io.out(scripts.length === 0 ? 'There are no scripts yet.\n' : 'Nothing is due.\n');
    if (options.json) io.out('[]\n');
    return DONE;
  }
  const { runScripts } = await import('./run-scripts.ts');
  return runScripts(io, settings, due, { ...options, lines, chosenAt });
}
