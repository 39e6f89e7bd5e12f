/** What cron starts: finds what is due and runs it. Loads nothing more when nothing is. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { discover, type Script } from './discover.ts';
import { readHeader } from './header.ts';
import { DONE, type Io } from './io.ts';
import { readRunRecord, writeRunRecord } from './run-record.ts';
import type { RunOptions } from './run-scripts.ts';
import type { RunnerSettings } from './settings.ts';

/** A script first seen now may have been meant for the minute that has just begun. */
const FIRST_LOOK_MS = 60_000;

function scheduleOf({ path }: Script): string | undefined {
  try {
    return readHeader(path).schedule;
  } catch {
    // Its run will say what is wrong.
    return undefined;
  }
}

async function isDueNow(stateDir: string, script: Script, schedule: string, now: number): Promise<boolean> {
  const { isDue } = await import('./schedule.ts');
  const record = readRunRecord(stateDir, script.name);
  if (record === undefined) {
    writeRunRecord(stateDir, script.name, { at: now - FIRST_LOOK_MS, ran: false, result: '', failed: false });
  }
  try {
    return isDue(schedule, record?.at, now);
  } catch {
    return true;
  }
}

/** Whether something waits from an earlier run. */
function somethingWaits(stateDir: string): boolean {
  try {
    return readdirSync(join(stateDir, 'pending')).length > 0;
  } catch {
    return false;
  }
}

/** Those without a schedule, and those whose moment has come since they last ran. */
async function dueScripts(stateDir: string, scripts: readonly Script[], now: number): Promise<readonly Script[]> {
  const due: Script[] = [];
  for (const script of scripts) {
    const schedule = scheduleOf(script);
    if (schedule === undefined || (await isDueNow(stateDir, script, schedule, now))) due.push(script);
  }
  return due;
}

/**
 * Runs what is due.
 *
 * @returns the exit status
 * @throws Problem `no_folder`
 */
export async function runDue(io: Io, settings: RunnerSettings, options: RunOptions): Promise<number> {
  const scripts = discover(settings.scriptsDir);
  const due = await dueScripts(settings.stateDir, scripts, Date.now());
  if (due.length === 0 && !somethingWaits(settings.stateDir)) {
    if (options.lines && !options.json) io.out(scripts.length === 0 ? 'There are no scripts yet.\n' : 'Nothing is due.\n');
    if (options.json) io.out('[]\n');
    return DONE;
  }
  const { runScripts } = await import('./run-scripts.ts');
  return runScripts(io, settings, due, options);
}
